"""What relative-workdir says of paths that are empty."""

from __future__ import annotations

import pytest
from judged import said


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("ENV DIR=${WORKDIR}", "as WORKDIR in DIR is never set"),
        ("ENV DIR=", "the value of DIR"),
        ("ENV OTHER=1", "as DIR is never set"),
    ],
)
def test_an_empty_path_is_explained(setting, reason):
    (message,) = said("relative-workdir", f"FROM debian:13\n{setting}\nWORKDIR $DIR")
    assert f"an empty path, {reason}, depends on" in message
