"""What COPY takes of the build context, and what of it no image needs."""

from __future__ import annotations

import pytest

from lightship.context.files import Context
from lightship.facts.context.context_use import (
    alike,
    files_of,
    ignore_edit,
    needless,
    takings,
    usual_lines,
    without,
)
from lightship.text import apply_edits
from tests.made import build


def needless_paths(body: str, files: dict[str, str]) -> set[str]:
    made = build(f"FROM python:3.13\n{body}", files)
    return set(needless(made, made.context)) - {"Dockerfile"}


def test_a_source_of_several_files_and_what_it_takes():
    made = build("FROM debian\nCOPY a b.txt /x/", {"a/1": "", "a/2": "", "b.txt": ""})
    [taking] = takings(made)
    assert [file.path for file in taking.files] == ["a/1", "a/2"]
    assert [source.value for source in taking.sources] == ["a"]


def test_copies_that_take_the_same_stand_together():
    made = build("FROM debian\nCOPY . /a\nCOPY ./ /b\nCOPY --exclude=x . /c")
    groups = alike(made.copyings())
    assert [len(copies) for copies in groups.values()] == [2, 1]


def test_the_files_of_a_source_that_are_sent():
    made = build(
        "FROM debian\nCOPY a.txt b /x/",
        {"a.txt": "12", "b/c": "", ".dockerignore": "a.txt"},
    )
    [copying] = made.copyings()
    first, second = copying.sources
    assert files_of(made.context, copying, first) == ()
    assert [file.path for file in files_of(made.context, copying, second)] == ["b/c"]


@pytest.mark.parametrize(
    ("body", "files", "expected"),
    [
        ("RUN pip install x", {".git/HEAD": "", "a.py": ""}, {".git/HEAD"}),
        ("RUN git describe", {".git/HEAD": "", "a.py": ""}, set()),
        (
            "RUN pip install x",
            {".venv/pyvenv.cfg": "", "a.py": ""},
            {".venv/pyvenv.cfg"},
        ),
        (
            "RUN pip install x",
            {"mine/pyvenv.cfg": "", "mine/a": ""},
            {"mine/pyvenv.cfg", "mine/a"},
        ),
        (
            "RUN pip install x",
            {"a.py": "", "__pycache__/a.pyc": ""},
            {"__pycache__/a.pyc"},
        ),
        ("CMD make", {"a.pyc": ""}, set()),  # there is no source of it
    ],
)
def test_what_no_image_needs(body, files, expected):
    assert needless_paths(body, files) == expected


def test_a_new_ignore_file_begins_with_the_usual_lines():
    made = build("FROM debian\nRUN git log", {"a": ""})
    assert ".git" not in usual_lines(made, made.context)
    assert "**/__pycache__" in usual_lines(made, made.context)


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
