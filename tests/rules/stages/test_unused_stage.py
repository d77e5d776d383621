"""When unused-stage reports something, and when it is silent."""

from __future__ import annotations

from judged import said


def test_a_dollar_without_a_name_in_from_is_no_variable():
    text = "FROM debian:13 AS a\nRUN ls\nFROM $\nRUN ls"
    assert "crashed" not in " ".join(said("unused-stage", text))
