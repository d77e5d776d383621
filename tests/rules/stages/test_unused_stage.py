"""When unused-stage reports something, and when it is silent."""

from __future__ import annotations

from judged import said


def test_a_dollar_without_a_name_in_from_is_no_variable():
    text = "FROM debian:13 AS a\nRUN ls\nFROM $\nRUN ls"
    assert "crashed" not in " ".join(said("unused-stage", text))


def test_a_manual_that_builds_a_stage_as_a_target_uses_it():
    text = "FROM debian:13 AS kit-base\nRUN make\nFROM debian:13\nRUN ls"
    told = {"docs/install.rst": "docker build --target kit-base . -t kit\n"}
    assert said("unused-stage", text, told) == []
    prose = {"docs/install.rst": "The target: kit-base is no longer built.\n"}
    assert said("unused-stage", text, prose)
