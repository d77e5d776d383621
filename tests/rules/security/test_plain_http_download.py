"""When plain-http-download is silent, beyond its examples."""

from __future__ import annotations

import pytest
from judged import said

FETCH = "RUN wget -O /tmp/a.tar.gz http://example.org/a-1.8.tar.gz"


@pytest.mark.parametrize(
    ("later", "is_said"),
    [
        ('RUN echo "$SUM  /tmp/a.tar.gz" | sha256sum -c', False),
        ("RUN gpg --verify a.tar.gz.asc /tmp/a.tar.gz", False),
        ('RUN echo "$SUM  /tmp/b.tar.gz" | sha256sum -c', True),
        ("RUN tar -xf /tmp/a.tar.gz", True),
        ('FROM debian:13\nRUN echo "$SUM  /tmp/a.tar.gz" | sha256sum -c', True),
    ],
)
def test_a_later_run_may_verify_the_file(later, is_said):
    text = f"FROM debian:13\n{FETCH}\n{later}"
    assert bool(said("plain-http-download", text)) is is_said
