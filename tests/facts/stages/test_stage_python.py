"""Which Python a stage has."""

from __future__ import annotations

import pytest

from lightship.facts.stages.stage_python import asked_python, stage_python
from tests.made import build


def minor(text: str) -> str | None:
    """The version of the Python of the last stage."""
    made = build(text)
    python = stage_python(made, made.dockerfile.stages[-1])
    return python.minor if python is not None else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM python:3.12-slim", "3.12"),
        ("FROM python:3.12-slim AS a\nFROM a", "3.12"),
        ("FROM debian:bookworm", None),
        ("FROM debian:bookworm\nRUN apt-get install -y python3", "3.11"),
        ("FROM debian:bookworm\nRUN apt-get install -y python3-pip", "3.11"),
        ("FROM debian:bookworm AS a\nRUN apt-get install -y python3\nFROM a", "3.11"),
        ("FROM debian:bookworm\nRUN apt-get install -y python3.12", None),
        ("FROM python:3.12\nRUN pyenv install 3.13", None),
        ("FROM python:3.12\nENV UV_PYTHON_PREFERENCE=only-managed", None),
        ("FROM python:3.12 AS a\nRUN conda install numpy\nFROM a", None),
        ("FROM python:3.12 AS a\nRUN conda install numpy\nFROM python:3.12", "3.12"),
        ("FROM example.com/base:1", None),
    ],
)
def test_the_python_of_a_stage(text, expected):
    assert minor(text) == expected


@pytest.mark.parametrize(
    ("asked", "is_that"),
    [
        ("", True),
        ("python3", True),
        ("3.12", True),
        ("3.12.4", True),
        ("python3.12", True),
        ("cpython-3.12", True),
        ("/usr/local/bin/python3.12", True),
        ("/usr/bin/python3.12", False),
        ("3.13", False),
        ("3.1", False),
    ],
)
def test_an_interpreter_that_is_asked_for(asked, is_that):
    made = build("FROM python:3.12")
    python = asked_python(made, made.dockerfile.stages[0], asked)
    assert (python is not None) is is_that
