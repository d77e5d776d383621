"""The files that are sent and that no image needs."""

from __future__ import annotations

import pytest

from lightship.facts.context.needless_files import needless, usual_lines
from tests.made import build


def needless_paths(body: str, files: dict[str, str]) -> set[str]:
    made = build(f"FROM python:3.13\n{body}", files)
    return set(needless(made, made.context)) - {"Dockerfile"}


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
