"""When user-name-in-scratch reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

STAGE = "FROM debian:13 AS make\nFROM scratch\nCOPY --from=make /opt/a /opt/a\n"


@pytest.mark.parametrize(
    ("start", "count"), [("", 0), ('CMD ["/a"]', 1), ('ENTRYPOINT ["/a"]', 1)]
)
def test_an_image_that_starts_nothing_looks_up_no_user(start, count):
    assert len(said("user-name-in-scratch", f"{STAGE}USER app\n{start}\n")) == count
