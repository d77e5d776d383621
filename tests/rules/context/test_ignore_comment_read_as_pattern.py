"""What ignore-comment-read-as-pattern says of a comment after a pattern."""

from __future__ import annotations

import pytest
from judged import said


@pytest.mark.parametrize(
    ("line", "effect"),
    [
        ("*.svg  # drawings", "*.svg alone is not excluded"),
        ("!*.svg  # drawings", "*.svg alone is not sent again"),
    ],
)
def test_it_says_what_the_pattern_alone_would_do(line, effect):
    files = {"a.svg": "", ".dockerignore": f"Dockerfile\n.dockerignore\n{line}\n"}
    (message,) = said("ignore-comment-read-as-pattern", "FROM a\nCOPY . /", files)
    assert effect in message


def test_an_exception_for_what_is_not_there_is_no_matter():
    lines = "Dockerfile\n.dockerignore\n!*.svg  # drawings\n*.png  # photos\n"
    messages = said(
        "ignore-comment-read-as-pattern",
        "FROM a\nCOPY . /",
        {"a.py": "", ".dockerignore": lines},
    )
    assert messages == ["is part of the pattern: *.png alone is not excluded"]
