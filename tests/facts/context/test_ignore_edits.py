"""Edits of the ignore file."""

from __future__ import annotations

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


def test_why_something_is_sent():
    assert without(Context.of({"a": ""}), "a") == "there is no .dockerignore"
    assert (
        without(Context.of({".dockerignore": ""}), "a")
        == ".dockerignore does not exclude a"
    )
