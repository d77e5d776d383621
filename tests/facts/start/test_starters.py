"""Every reader of a start command sees through the same starters, such as tini, gosu and `poetry run`."""

from __future__ import annotations

import json
import shlex

import pytest
from starts import ALL, CHAINS, ENVIRONMENTS, NOTHING, SUPERVISORS, TRANSPARENT, WAITERS

from lightship.facts.start.purpose import runs_program
from lightship.facts.start.read_launches import launches
from lightship.facts.start.servers import server_of
from lightship.facts.start.start_files import start_files
from lightship.lint.examples import build_of
from lightship.shell.parse import parse
from lightship.text import Mapped

SERVER = "gunicorn shop:app"
SCRIPT = {"run.sh": "#!/bin/sh\nexec nginx\n"}


def exec_form(line: str) -> str:
    return json.dumps(shlex.split(line))


def launched(body: str) -> list[str]:
    build = build_of(f"# Python\n{body}")
    return [" ".join(launch.texts) for launch in launches(build)]


def served(line: str) -> str | None:
    return server_of(parse(Mapped.plain(line, 0)).commands[0])


@pytest.mark.parametrize("start", [*ALL, *CHAINS])
def test_a_launch_is_what_the_starter_starts(start):
    line = start.format(SERVER)
    assert launched(f"CMD {exec_form(line)}") == [SERVER]
    assert launched(f"CMD {line}") == [SERVER]


@pytest.mark.parametrize("start", [*ALL, *CHAINS])
def test_a_starter_of_an_entrypoint_starts_cmd(start):
    words = exec_form(start.format(""))
    assert launched(f"ENTRYPOINT {words}\nCMD {exec_form(SERVER)}") == [SERVER]


@pytest.mark.parametrize("start", [*ALL, *CHAINS])
def test_a_server_is_known_after_the_starter(start):
    assert served(start.format(SERVER)) == "gunicorn"
    assert served(start.format("python -m flask run")) == "flask run"


@pytest.mark.parametrize("line", NOTHING)
def test_what_starts_nothing_starts_no_server(line):
    line = line.format(SERVER)
    assert served(line) is None
    assert launched(f"CMD {exec_form(line)}") != [SERVER]


@pytest.mark.parametrize("start", [*TRANSPARENT, *WAITERS, *ENVIRONMENTS, *CHAINS])
def test_an_image_whose_starter_starts_a_shell_is_for_a_person(start):
    entrypoint = f"ENTRYPOINT {exec_form(start.format(''))}"
    assert not runs_program(build_of(f'{entrypoint}\nCMD ["bash"]'))
    assert runs_program(build_of(f'{entrypoint}\nCMD ["/app/server"]'))


@pytest.mark.parametrize("start", SUPERVISORS)
def test_a_supervisor_runs_services_beside_the_shell(start):
    entrypoint = f"ENTRYPOINT {exec_form(start.format(''))}"
    assert runs_program(build_of(f'{entrypoint}\nCMD ["bash"]'))


@pytest.mark.parametrize("start", TRANSPARENT)
def test_a_script_is_found_after_the_starter(start):
    line = start.format("/run.sh")
    [found] = start_files(
        build_of(f"COPY run.sh /\nENTRYPOINT {exec_form(line)}", SCRIPT)
    )
    assert (found.path, found.started.by) == ("/run.sh", "starter")
    words = exec_form(start.format(""))
    body = f'COPY run.sh /\nENTRYPOINT {words}\nCMD ["/run.sh"]'
    [found] = start_files(build_of(body, SCRIPT))
    assert (found.path, found.started.by) == ("/run.sh", "starter")
