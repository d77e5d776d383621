"""What Python is told to run, by its own command line."""

from __future__ import annotations

import pytest
from starts import MODULES

from lightship.shell.parse import parse
from lightship.shell.python_calls import (
    PythonCall,
    is_python,
    module_call,
    python_call,
    without_python,
)
from lightship.shell.words import Word
from lightship.text import Mapped


def words(line: str) -> tuple[Word, ...]:
    return parse(Mapped.plain(line, 0)).commands[0].words


def called(line: str) -> PythonCall | None:
    return python_call(words(line))


@pytest.mark.parametrize(
    ("line", "kind", "name", "rest"),
    [
        ("python app.py --debug", "file", "app.py", ["--debug"]),
        ("python -u -W ignore app.py", "file", "app.py", []),
        ("python -X utf8 -Wd -m gunicorn shop", "module", "gunicorn", ["shop"]),
        ("python -um app", "module", "app", []),
        ("python3.12 -I -m uvicorn shop:app", "module", "uvicorn", ["shop:app"]),
        ("python -mpip install x", "module", "pip", ["install", "x"]),
        ("python -Impip", "module", "pip", []),
        ("python -m", "module", "", []),
        ("python -c 'import shop' -m x", "code", "", []),
        ("python -Wdc x", "file", "x", []),  # dc is the value of W
        ("python -uc 'x' y", "code", "", []),
        ("python - a b", "input", "", ["a", "b"]),
        ("python -i", "input", "", []),
        ("python", "input", "", []),
        ("python -- -m", "file", "-m", []),
        ("python --check-hash-based-pycs never a.py", "file", "a.py", []),
        ("python $APP", "file", "$APP", []),
        ("python -m $MODULE run", "module", "$MODULE", ["run"]),
        ("py -3.13 -m pip", "module", "pip", []),
    ],
)
def test_what_is_run(line, kind, name, rest):
    call = called(line)
    assert (call.kind, call.name) == (kind, name)
    assert [word.value for word in words(line)[call.at + 1 :]] == rest


def test_the_target_of_an_attached_module_is_its_part_of_the_word():
    line = "python -Impip install"
    target = called(line).target
    assert target.span.of(line) == target.text == "pip"


@pytest.mark.parametrize("python", MODULES)
def test_a_module_by_name(python):
    line = python.format("venv /venv")
    assert module_call(words(line), "venv", "virtualenv").name == "venv"
    assert module_call(words(line), "pip") is None


@pytest.mark.parametrize(
    "name",
    ["python", "python3", "python3.13", "python3.14t", "pypy", "pypy3.11", "py"],
)
def test_names_of_python(name):
    assert is_python(name)
    assert called(f"/usr/bin/{name} a.py").kind == "file"


@pytest.mark.parametrize("name", ["python3-config", "pythonw", "ipython", "pytest", ""])
def test_names_of_other_programs(name):
    assert not is_python(name)


@pytest.mark.parametrize("python", MODULES)
def test_a_command_without_the_python_that_runs_its_module(python):
    line = python.format("pip list -v")
    assert [word.value for word in without_python(words(line))] == ["pip", "list", "-v"]


@pytest.mark.parametrize("line", ["pip list", "python -m", "python app.py -m pip"])
def test_a_command_that_runs_no_module_is_left_as_it_is(line):
    assert without_python(words(line)) == words(line)
