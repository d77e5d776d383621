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


def test_only_the_bare_name_is_that_of_a_stage():
    text = "FROM docker.io/{image} AS python\nFROM {base}\nRUN pip list"
    pinned = "python:3.14"
    [message] = said("unused-stage", text.format(image=pinned, base="docker.io/python"))
    assert message == (
        "line 2 names the image docker.io/python, not this stage, which nothing uses: "
        "write FROM python"
    )
    assert said("unused-stage", text.format(image=pinned, base="python")) == []
    tagged = "docker.io/python:3.13"
    assert said("unused-stage", text.format(image=pinned, base=tagged)) == []
    other = text.format(image="acme/snake:1", base="docker.io/python")
    assert said("unused-stage", other) == []
