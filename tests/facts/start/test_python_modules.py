"""Every reader knows the module or the file that Python is told to run, whatever options come before it."""

from __future__ import annotations

import pytest
from starts import MODULES

from lightship.facts.installs.independent import is_independent
from lightship.facts.stages.tree_makers import made_by
from lightship.facts.start.read_launches import launches
from lightship.facts.start.servers import server_of
from lightship.lint.examples import build_of
from lightship.shell.parse import parse
from lightship.shell.tree import Command
from lightship.text import Mapped


def command(line: str) -> Command:
    return parse(Mapped.plain(line, 0)).commands[0]


@pytest.mark.parametrize("python", MODULES)
def test_a_module_is_launched(python):
    [launch] = launches(build_of(f"CMD {python.format('uvicorn shop:app')}"))
    assert (launch.program, launch.texts) == ("uvicorn", ("uvicorn", "shop:app"))
    assert launch.is_python


@pytest.mark.parametrize("python", MODULES)
def test_a_module_is_a_server(python):
    assert server_of(command(python.format("uvicorn shop:app"))) == "uvicorn"
    assert server_of(command(python.format("flask run"))) == "flask run"
    assert server_of(command(python.format("venv .venv"))) is None


@pytest.mark.parametrize("python", MODULES)
def test_a_virtual_environment_is_made(python):
    build = build_of(f"FROM python:3.13\nRUN {python.format('venv --clear /venv')}")
    [call] = build.commands()
    made = made_by(build, call, build.dockerfile.stages[0], "/")
    assert made is not None
    assert (made.kind, made.path, made.tool) == ("venv", "/venv", "python -m venv")
    assert is_independent(call.command)
