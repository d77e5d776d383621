"""Edits of the ignore file."""

from __future__ import annotations

import pytest

from lightship.context.files import Context
from lightship.facts.context.ignore_edits import ignore_edit, without
from lightship.text import apply_edits


def test_lines_go_to_the_end_of_the_ignore_file():
    context = Context.of({".dockerignore": "a\r\nb", "c": ""})
    [edit] = ignore_edit(context, ["x", "y"])
    assert apply_edits("a\r\nb", [edit]) == "a\r\nb\r\nx\r\ny\r\n"
    assert edit.path == ".dockerignore"


def test_a_new_ignore_file_leaves_itself_out():
    [edit] = ignore_edit(Context.of({"c": ""}), ["x", "a"], ["a"])
    assert edit.text == "a\nx\n.dockerignore\n"


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("Dockerfile", ["Dockerfile*"], "Dockerfile*"),
        ("a\nDockerfile\nb\n", ["x", "Dockerfile*"], "a\nDockerfile*\nb\nx\n"),
        ("/node_modules/\r\na\r\n", ["**/node_modules"], "**/node_modules\r\na\r\n"),
        # Several of them, of which the last one has no line ending
        ("*.pyc\na\n*.pyo", ["**/*.py?"], "*.pyc\na\n*.pyo\n**/*.py?\n"),
        (".git/hooks\na\n.git/x\n", [".git"], ".git\na\n"),
        ("env/a\nenv/b", ["env"], "env\n"),
        # What is covered in part, other words, and lines whose order counts
        ("**/docs", ["docs*"], "**/docs\ndocs*\n"),
        ("Dockerfile\n!Dockerfile.a\n", ["Dockerfile*"], None),
        ("#Dockerfile\nb\n", ["Dockerfile*"], None),
        ("MyDockerfile\n", ["Dockerfile*"], None),
        # A comment at the end speaks of what is above it
        ("a\n# Note:\n# - that is all\n", ["b"], "a\n# Note:\n# - that is all\n\nb\n"),
    ],
)
def test_a_line_takes_the_place_of_those_that_it_covers(old, new, text):
    context = Context.of({".dockerignore": old})
    expected = f"{old}{new[0]}\n" if text is None else text
    assert apply_edits(old, ignore_edit(context, new)) == expected


def test_why_something_is_sent():
    assert without(Context.of({"a": ""}), "a") == "there is no .dockerignore"
    assert (
        without(Context.of({".dockerignore": ""}), "a")
        == ".dockerignore does not exclude a"
    )
