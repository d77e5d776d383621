"""Parser directives as the parser reads them, and as BuildKit looks for them before it parses."""

from __future__ import annotations

import pytest

from lightship.dockerfile.directives import read_directive
from lightship.dockerfile.parse import parse


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("# syntax=docker/dockerfile:1", "syntax", "docker/dockerfile:1"),
        ("#escape=`", "escape", "`"),
        ("#\u00a0\tChEcK  =  skip=all;error=true  ", "check", "skip=all;error=true"),
        ("# syntax=a  b", "syntax", "a  b"),
        ("# syntax= ", "syntax", " "),
        ("# check=é\udcff", "check", "é\udcff"),
    ],
)
def test_a_directive_knows_its_places(line, name, value):
    directive = read_directive(line, 0, len(line))
    assert directive is not None
    assert (directive.name, directive.value) == (name, value)
    assert directive.span.of(line) == line
    assert directive.value_span.of(line) == value


@pytest.mark.parametrize(
    "line",
    [
        "",
        "# note",
        "# syntax",
        "# syntax=",
        "# version=1",
        "## syntax=a",
        "syntax=a",
        " # syntax=a",
        "# =a",
    ],
)
def test_what_is_no_directive(line):
    assert read_directive(line, 0, len(line)) is None


def test_directives_end_at_the_first_line_that_is_none():
    dockerfile = parse("# syntax=a\n# check=b\n# note\n# escape=`\nFROM alpine\n")
    assert [directive.name for directive in dockerfile.directives] == [
        "syntax",
        "check",
    ]
    assert dockerfile.escape == "\\"
    assert len(dockerfile.comments) == 4


def test_a_directive_that_comes_twice_is_told_where_it_stands():
    text = "# syntax=a\n# escape=`\n# syntax=b\nFROM alpine\n"
    dockerfile = parse(text)
    (problem,) = dockerfile.problems
    assert problem.span.of(text) == "# syntax=b"
    assert problem.line == 2, "BuildKit names the line before"
    assert [directive.value for directive in dockerfile.directives] == ["a", "`", "b"]
    assert dockerfile.escape == "`"


def test_an_escape_that_is_none_is_told_and_not_used():
    text = "# escape=^\nFROM alpine\nRUN a \\\n  b\n"
    dockerfile = parse(text)
    (problem,) = dockerfile.problems
    assert (problem.span.of(text), problem.message) == (
        "# escape=^",
        "invalid escape token '^'",
    )
    assert dockerfile.instructions[1].args[0].text == "a   b"
