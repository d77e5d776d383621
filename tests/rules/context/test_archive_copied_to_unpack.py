"""What is unpacked and removed in one RUN is not in the image."""

from __future__ import annotations

import pytest

from tests.judged import said

_RULE = "archive-copied-to-unpack"
_START = "FROM debian:13\nCOPY a.tar.gz /src/\nRUN "


@pytest.mark.parametrize(
    ("run", "count"),
    [
        ("cd /src && tar -xf a.tar.gz && make -C a install && rm -rf /src", 0),
        (
            "bash -c 'mkdir /src/a && cd /src/a && tar -xf ../a.tar.gz && rm -rf /src'",
            0,
        ),
        ("tar -xf /src/a.tar.gz -C /opt && rm -rf /src/*", 1),
        ("tar -xf /src/a.tar.gz -C /opt/a && /opt/a/install && rm -rf /opt/*", 0),
        ("rm -rf /opt/a && tar -xf /src/a.tar.gz -C /opt/a", 1),
    ],
)
def test_only_what_stays_is_there_twice(run, count):
    assert len(said(_RULE, f"{_START}{run}\n")) == count
