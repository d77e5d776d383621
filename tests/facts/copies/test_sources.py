"""The program's own files in the build context."""

from __future__ import annotations

import re

import pytest

from lightship.facts.copies.sources import (
    matches_at,
    names_directory,
    names_place,
    sources_of,
)
from tests.made import build


def test_the_programs_files_without_tests_nearest_to_the_top_first():
    files = {
        "src/app/deep.py": "deep",
        "main.py": "main",
        "tests/test_main.py": "test",
        "setup.py": "setup",
        "docs/conf.py": "docs",
        "a.txt": "text",
        "left.py": "out",
        ".dockerignore": "left.py\n",
    }
    assert list(sources_of(build("FROM debian", files), (".py",))) == ["main", "deep"]
    assert list(sources_of(build("FROM debian"), (".py",))) == []


def test_matches_begin_with_a_mark():
    pattern = re.compile(r"open\(\w+|save\(\w+")
    matches = matches_at(pattern, ("save", "open"), "open(a) reopen(b) save(c)")
    assert [match[0] for match in matches] == ["open(a", "open(b", "save(c"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("open('data/a.csv')", True),
        ("Path('.') / 'data'", True),
        ("os.listdir('data')", True),
        ("print('data')", False),
        ("open('database/a')", False),
    ],
)
def test_whether_the_program_reads_a_directory(source, expected):
    assert names_directory(build("FROM debian", {"a.py": source}), "data") is expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.py", "open('/srv/data')", True),
        ("a.ini", "path = /srv/data/x", True),
        ("a.py", "open('/srv/database')", False),
        ("a.txt", "/srv/data", False),
    ],
)
def test_whether_the_program_names_a_place_of_the_image(name, text, expected):
    assert names_place(build("FROM debian", {name: text}), "/srv/data") is expected


SETUP = {"deploy/setup.sh": "set -e\ninvoke setup\n"}


@pytest.mark.parametrize(
    ("run", "files", "is_run"),
    [
        ("invoke setup", {}, True),
        ("poetry run inv setup", {}, True),
        ("/setup.sh", SETUP, True),
        ("/all.sh", {"all.sh": "./setup.sh\n", **SETUP}, True),
        ("make", SETUP, False),
        ("/setup.sh", {"setup.sh": "echo invoke setup\n"}, False),
        ("nox", {}, False),
    ],
)
def test_tasks_count_where_the_build_runs_them(run, files, is_run):
    files = {"main.py": "main", "tasks.py": "tasks", **files}
    made = build(f"FROM debian\nCOPY . /app\nRUN {run}", files)
    assert ("tasks" in sources_of(made, (".py",))) is is_run
