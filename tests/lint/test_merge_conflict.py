"""What is said of a merge conflict that was left in a file."""

from __future__ import annotations

from judged import said

CONFLICT = (
    "FROM debian:13\n<<<<<<< HEAD\nRUN a\n=======\nRUN b\n>>>>>>> theirs\nCMD c\n"
)


def test_a_merge_conflict_is_said_once():
    [message] = said("syntax-error", CONFLICT)
    assert message.startswith("a merge conflict is left in the file")
    assert len(said("syntax-error", CONFLICT * 2)) == 2


def test_a_heredoc_may_hold_such_lines():
    text = f"FROM debian:13\nCOPY <<E /conflict\n{CONFLICT}E\n"
    assert said("syntax-error", text) == []
