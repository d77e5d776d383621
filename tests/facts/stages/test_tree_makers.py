"""Commands that make a place for packages of Python."""

from __future__ import annotations

import pytest

from lightship.facts.stages.pip_trees import is_user_install
from lightship.facts.stages.tree_makers import made_by
from lightship.shell.packages import read_command
from tests.made import build


def made(body: str, directory: str | None = "/app") -> tuple[str, str, str] | None:
    """The kind, path and tool of what the last command makes."""
    given = build(f"FROM python:3.13-slim\n{body}")
    [*_, call] = given.commands()
    place = made_by(given, call, given.dockerfile.stages[0], directory)
    return None if place is None else (place.kind, place.path, place.tool)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python -m venv /venv", ("venv", "/venv", "python -m venv")),
        ("python -m venv --prompt x venv", ("venv", "/app/venv", "python -m venv")),
        ("virtualenv -p python3 /venv", ("venv", "/venv", "virtualenv")),
        ("virtualenv --relocatable /venv", None),
        ("python -m venv $DIR", None),
        ("uv venv", ("venv", "/app/.venv", "uv venv")),
        ("uv venv --relocatable /e", ("relocatable", "/e", "uv venv")),
        ("uv sync --active", None),
        ("uv sync --project api", ("venv", "/app/api/.venv", "uv sync")),
        ("pdm install", ("venv", "/app/.venv", "pdm install")),
        ("poetry install", None),
        ("pip install --target lib x", ("target", "/app/lib", "pip install --target")),
        ("pip install --prefix=/p x", ("prefix", "/p", "pip install --prefix")),
        ("uv pip install --target=/t x", ("target", "/t", "uv pip install --target")),
        ("pip install --user x", ("user", "/root/.local", "pip install")),
        ("pip install x", None),
        ("make venv", None),
    ],
)
def test_what_a_command_makes(command, expected):
    assert made(f"RUN {command}") == expected


def test_a_relative_path_in_an_unknown_directory_is_not_known():
    assert made("RUN uv venv", None) is None
    assert made("RUN uv venv /e", None) == ("venv", "/e", "uv venv")


def test_the_interpreter_is_the_one_that_is_asked_for():
    given = build(
        "FROM python:3.13-slim\nRUN uv venv --python 3.13 a && uv venv --python 3.12 b"
    )
    first, second = given.commands()
    stage = given.dockerfile.stages[0]
    assert made_by(given, first, stage, "/").python.minor == "3.13"
    assert made_by(given, second, stage, "/").python is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN pip install --user x", True),
        ("ENV PIP_USER=1\nRUN pip install x", True),
        ("ENV PIP_USER=1\nRUN pip install --no-user x", False),
        ("RUN pip install x", False),
    ],
)
def test_an_install_for_the_user(body, expected):
    given = build(f"FROM python:3.13-slim\n{body}")
    [call] = given.commands()
    assert is_user_install(given, call, read_command(call.command)) is expected
