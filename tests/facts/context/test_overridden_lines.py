"""Lines of an ignore file without effect."""

from __future__ import annotations

import pytest

from lightship.facts.context.overridden_lines import idle, overridden
from tests.made import build

FILES = {"a/b.py": "", "a/c.txt": "", "d.txt": ""}


def made(ignore: str):
    return build("FROM debian\nCOPY . /app\n", FILES | {".dockerignore": ignore})


@pytest.mark.parametrize(
    ("ignore", "lines"),
    [
        ("a\nb\n", []),
        ("a\na\n", [("a", "a", True)]),
        ("a\n!a\n", [("a", "a", False)]),
        ("!d.txt\n*\n", [("d.txt", "*", False)]),
        ("*\n!a\n", []),
        ("a\n!b\na\n", []),
    ],
)
def test_lines_that_a_later_one_undoes_or_repeats(ignore, lines):
    found = overridden(made(ignore))
    assert [
        (each.pattern.text, each.by.text, each.is_repeated) for each in found
    ] == lines


def test_the_lines_that_may_go():
    [line] = overridden(made("a\n!a\n"))
    assert [pattern.text for pattern in line.removed] == ["a", "a"]
    [line] = overridden(made("x\na\n!*\n"))[:1]
    assert line.pattern.text == "x"


@pytest.mark.parametrize(
    ("ignore", "lines"),
    [
        ("!a\nb\n", ["a"]),
        ("*\n!a\n", []),
        ("**/x\n!a\n", []),
        ("x.txt\n!a\n", ["a"]),
        ("a/c.txt\n!a/b.py\n", ["a/b.py"]),
        ("a\n!a/b.py\n", []),
    ],
)
def test_exceptions_from_nothing(ignore, lines):
    assert [pattern.text for pattern in idle(made(ignore))] == lines
