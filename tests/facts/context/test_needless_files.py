"""The files that are sent and that no image needs."""

from __future__ import annotations

import pytest

from lightship.facts.context.needless_files import needless
from lightship.facts.context.usual_lines import usual_lines
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


def usual(text, files):
    made = build(text, files)
    return usual_lines(made, made.context)


PYTHON = ("**/.venv", "**/__pycache__", "**/*.py[co]")


@pytest.mark.parametrize(
    ("text", "files", "has_python", "has_node"),
    [
        ("FROM node:22\nCOPY . .\nRUN npm ci", {"package.json": "{}"}, False, True),
        ("FROM node:22\nCOPY . .\nRUN npm ci", {"a.js": ""}, False, True),
        (
            "FROM debian:12\nCOPY . .\nRUN npm ci",
            {"web/package.json": "{}"},
            False,
            True,
        ),
        # What the host has installed is what the image gets
        ("FROM node:22\nCOPY . .", {"package.json": "{}"}, False, False),
        ("FROM python:3.13\nCOPY . .\nRUN pip install .", {"a.py": ""}, True, False),
        ("FROM debian:12\nCOPY . .", {"a.txt": ""}, True, False),
        (
            "FROM node:22 AS web\nRUN npm ci\nFROM python:3.13\nCOPY . .\nRUN pip install .",
            {"web/package.json": "{}", "app.py": ""},
            True,
            True,
        ),
        ("FROM node:22\nCOPY . .\nRUN npm ci", {"requirements.txt": ""}, True, True),
    ],
)
def test_the_usual_lines_are_those_of_the_projects_languages(
    text, files, has_python, has_node
):
    lines = usual(text, files)
    assert set(PYTHON).issubset(lines) == has_python
    assert set(PYTHON).isdisjoint(lines) != has_python
    assert ("**/node_modules" in lines) == has_node


def test_a_start_script_that_asks_git_needs_the_history():
    body = 'WORKDIR /app\nCOPY . .\nENTRYPOINT ["/app/start"]'
    files = {".git/HEAD": "", "start": "#!/bin/sh\nV=$(git -C $HOME describe --tags)\n"}
    copied = f"{body}\nCOPY start /app/start"
    assert needless_paths(copied, files) == set()
    assert needless_paths(copied, {**files, "start": "#!/bin/sh\n"}) == {".git/HEAD"}


def test_a_script_that_sets_up_the_clone_needs_it():
    text = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN ./setup.sh"
    local = {"setup.sh": "git config filter.strip.clean strip\n"}
    hook = {"setup.sh": "ln -s ../../hook .git/hooks/pre-commit\n"}
    own = {"setup.sh": "git config --global user.name shop\n"}
    assert ".git" not in usual(text, local)
    assert ".git" not in usual(text, hook)
    assert ".git" in usual(text, own)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("WORKDIR /src/engine\nCOPY . /src\nRUN make", "engine/Makefile"),
        ("COPY . /src\nRUN make -C /src/engine", "engine/version.mk"),
        ("WORKDIR /src/engine\nCOPY . /src\nRUN ./stamp.sh", "engine/stamp.sh"),
    ],
)
def test_git_that_a_makefile_or_script_below_asks_is_needed(body, path):
    asks = 'VERSION ?= $(shell (git -C "$(ROOT)" tag --list --merged) | head -1)\n'
    made = build(f"FROM debian:13\n{body}", {path: asks, ".git/HEAD": ""})
    assert ".git/HEAD" not in needless(made, made.context)
    assert ".git" not in usual_lines(made, made.context)
    made = build(f"FROM debian:13\n{body}", {path: "all:\n", ".git/HEAD": ""})
    assert ".git" in usual_lines(made, made.context)


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("import git\na = git.Repo('.').head.commit\n", ".git"),
        ("import git\na = git.Repo(search_parent_directories=True)\n", ".git"),
        ("a = Path('.git', 'HEAD').read_text()\n", ".git"),
        ("a = open('Dockerfile.tmpl').read()\n", "Dockerfile*"),
    ],
)
def test_what_the_program_reads_is_sent(code, line):
    text = "FROM python:3.13\nCOPY . ."
    assert line in usual(text, {"a.py": "print(1)\n"})
    assert line not in usual(text, {"a.py": code})


@pytest.mark.parametrize(
    "code", ["Repo.clone_from(url, to)\n", "Repo(path)\n", "SKIP = {'.git', '.venv'}\n"]
)
def test_other_repositories_are_no_reason_to_send_ours(code):
    assert ".git" in usual("FROM python:3.13\nCOPY . .", {"a.py": code})


def test_a_compose_file_that_the_program_reads_is_needed():
    files = {"docker-compose.yml": "", ".github/a.json": "", "a.py": ""}
    assert needless_paths("COPY . .", files) >= {"docker-compose.yml", ".github/a.json"}
    files["a.py"] = "open('docker-compose.yml'), open('.github/a.json')\n"
    assert not needless_paths("COPY . .", files)
