"""The lines of the ignore file in force."""

from __future__ import annotations

import pytest

from lightship.context.files import Context
from lightship.facts.context.ignore_file import (
    any_ignore_file,
    files_at,
    ignore_file,
    is_literal,
    literal_part,
    takes,
)
from lightship.text import apply_edits
from tests.made import build

ALL = "FROM debian\nCOPY . /app\n"


def file_of(ignore: str, text: str = ALL):
    return ignore_file(build(text, {".dockerignore": ignore, "a": ""}))


def patterns(ignore: str):
    return file_of(ignore).ignore.patterns


@pytest.mark.parametrize(
    ("ignore", "text", "is_there"),
    [
        ("a\n", ALL, True),
        ("a\n", "FROM debian\nRUN --mount=type=bind,target=/src make", True),
        ("a\n", "FROM debian\nRUN make", False),  # nothing is taken from the context
        ("# nothing\n", ALL, False),
        ("[a\n", ALL, False),  # BuildKit refuses it
        ("a\n" * 501, ALL, False),
    ],
)
def test_when_there_is_something_to_say(ignore, text, is_there):
    assert (file_of(ignore, text) is not None) is is_there


def test_a_refused_file_can_be_asked_for():
    file = any_ignore_file(build(ALL, {".dockerignore": "[a\n"}))
    assert (file.path, file.text) == (".dockerignore", "[a\n")
    assert any_ignore_file(build(ALL, {"a": ""})) is None


def test_patterns_that_say_what_they_seem_to_say():
    file = file_of("a\nb # comment\n# c\n!x\n[!d]\n{e,f}\n")
    assert [pattern.text for pattern in file.plain] == ["a", "x"]


def test_where_a_pattern_is_written():
    file = file_of("  a  \n! b\n")
    spans = [file.written(pattern).of(file.text) for pattern in file.ignore.patterns]
    assert spans == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "syntax"),
    [
        ("[!a]", "[!"),
        ("a{b,c}", "{b,c}"),
        ("a{2,3}", None),
        ("[!]]", None),
        ("a", None),
    ],
)
def test_what_a_shell_reads_otherwise(line, syntax):
    file = any_ignore_file(build(ALL, {".dockerignore": f"{line}\n"}))
    [pattern] = file.ignore.patterns
    assert file.shell_syntax(pattern) == syntax


def test_fixes_of_lines():
    file = file_of("a\n!b\n")
    first, second = file.ignore.patterns
    fixes = {
        "!b\n": file.removal(first),
        "": file.removal(first, second),
        "x\ny\n!b\n": file.rewriting(first, "x", "y"),
        "a\n!x\n": file.renaming(second, "x"),
        "!b\na\n": file.moving(first, second),
    }
    for text, fix in fixes.items():
        assert apply_edits(file.text, fix.edits) == text


def test_line_ends_of_the_file_are_kept():
    file = file_of("a\r\n!b")
    first, second = file.ignore.patterns
    assert apply_edits(file.text, file.moving(first, second).edits) == "!b\r\na"


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("a", "a/b", True),
        ("!a", "a", True),
        ("a", "b/a", False),
        ("**/a", "b/a", True),
        ("*.py", "a.py", True),
    ],
)
def test_whether_a_pattern_takes_a_path(line, path, expected):
    [pattern] = patterns(f"{line}\n")
    assert takes(pattern, path) is expected


@pytest.mark.parametrize(
    ("line", "literal", "part"),
    [
        ("a/b", True, "a/b"),
        ("a/*.py", False, "a"),
        ("**/a", False, ""),
        ("*", False, ""),
    ],
)
def test_the_part_of_a_pattern_without_wildcards(line, literal, part):
    [pattern] = patterns(f"{line}\n")
    assert is_literal(pattern) is literal
    assert literal_part(pattern) == part


def test_files_at_a_path():
    context = Context.of({"a/b": "", "a/c/d": "", "a-b": "", "ab": "", "b": ""})
    assert [file.path for file in files_at(context, "a")] == ["a/b", "a/c/d"]
    assert [file.path for file in files_at(context, "b")] == ["b"]
    assert len(files_at(context, "")) == 5


def test_the_file_without_some_lines():
    file = file_of("a\nb\n")
    first, _ = file.ignore.patterns
    assert [pattern.text for pattern in file.without(first).patterns] == ["b"]
