"""Whether a RUN may write at a path."""

from __future__ import annotations

import pytest

from lightship.facts.files.writes import may_write, place_is_off
from tests.made import build

PYTHON = "FROM python:3.13-slim\n"


@pytest.mark.parametrize(
    ("command", "writes"),
    [
        ("true", False),
        ("apt-get install -y git", False),
        ("pip install flask", False),
        ("pip install -r requirements.txt", False),
        ("pip install .", True),
        ("pip install -e .", True),
        ("pip install --target=/app/lib flask", True),
        ("npm ci", True),
        ("npm install -g yarn", False),
        ("uv sync --locked", True),
        ("mkdir -p /data", False),
        ("mkdir /app/logs", True),
        ("mkdir logs", True),
        ("cp a.py /srv/", False),
        ("cp a.py /app/", True),
        ("cd /tmp && tar -xf a.tar", False),
        ("tar -xf /tmp/a.tar", True),
        ("echo 1 > /app/version", True),
        ("echo 1 > version", True),
        ("echo 1 > /dev/null", False),
        ("rm -rf /ap*", True),
        ("rm -rf /var/lib/apt/lists/*", False),
        ("useradd --create-home --home-dir /app app", True),
        ("useradd --create-home app", False),
        ("./build.sh", True),
        ("python manage.py collectstatic", True),
        ("sh -c 'mkdir /app/x'", True),
        ("sh -c 'mkdir /data/x'", False),
        ("touch $FILE", True),
    ],
)
def test_whether_a_command_may_write_there(command, writes):
    made = build(f"{PYTHON}WORKDIR /app\nRUN {command}")
    assert may_write(made, made.dockerfile.stages[0].instructions[-1], "/app") is writes


def test_a_script_in_another_language_may_write_anywhere():
    made = build(f"{PYTHON}RUN <<EOF\n#!/usr/bin/perl\nprint 1\nEOF")
    assert may_write(made, made.dockerfile.stages[0].instructions[-1], "/app")


def test_commands_that_do_not_count():
    made = build(f"{PYTHON}WORKDIR /app\nRUN make && true")
    run = made.dockerfile.stages[0].instructions[-1]
    assert may_write(made, run, "/app")
    assert not may_write(made, run, "/app", lambda command: command.name == "make")


@pytest.mark.parametrize(
    ("place", "directory", "alone", "expected"),
    [
        ("/srv", None, False, True),
        ("/app/x", None, False, False),
        ("/", None, False, False),
        ("/", None, True, True),
        ("x", "/srv", False, True),
        ("x", "/app", False, False),
        ("x", None, False, False),
        (None, "/srv", False, False),
    ],
)
def test_whether_a_word_surely_names_another_place(place, directory, alone, expected):
    assert place_is_off(place, directory, "/app", alone) is expected
