"""When moving-branch reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings

PYTHON = "FROM python:3.14-slim\n"


@pytest.mark.parametrize(
    "line",
    [
        "RUN git clone https://github.com/rust-lang/crates.io-index.git /i",
        "RUN git clone https://example.com/tools/depot_tools.git",
        "# The newest docs, hence no tag\nRUN git clone https://example.com/a/docs.git",
    ],
)
def test_a_branch_that_is_meant_to_move_is_left_alone(line):
    assert findings("moving-branch", f"{PYTHON}{line}") == []
