"""The directory in which each command of a script runs."""

from __future__ import annotations

import pytest

from lightship.facts.values.directories import (
    directories_of,
    directory_of,
    in_directory,
)
from tests.made import build


def directories(command: str) -> list[str | None]:
    """Where each `x` runs, those that are handed to a shell too."""
    made = build(f"FROM debian\nRUN {command}")
    [run] = made.each("RUN")
    places = []
    for script in made.scripts(run):
        where = directories_of(script, "/app")
        places += [where[command.index] for command in script.named("x")]
    return places


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("x", ["/app"]),
        ("cd src && x", ["/app/src"]),
        ("x; cd /srv; x; cd ..; x", ["/app", "/srv", "/"]),
        ("(cd src && x); x", ["/app/src", "/app"]),
        ("cd $DIR && x", [None]),
        ("cd $DIR; cd /srv; x", ["/srv"]),
        ("cd $DIR; cd src; x", [None]),
        ("if true; then cd src; fi; x", [None]),
        ("cd - && x", [None]),
        ("cd src | true; x", ["/app"]),
        ("pushd src; x", [None]),
        ("sh -c 'x'", ["/app"]),
        ("cd src && sh -c 'cd lib && x'", ["/app/src/lib"]),
        ("su app -c 'x'", [None]),
    ],
)
def test_where_commands_run(command, expected):
    assert directories(command) == expected


def test_after_many_changes_the_directory_is_not_known():
    assert directories("cd a; " * 30 + "x") == [None]


def test_where_a_call_runs_after_workdir_and_cd():
    made = build("FROM debian\nWORKDIR /app\nRUN cd src && x; cd $DIR; x")
    known, unknown = made.commands("x")
    assert directory_of(made, known) == "/app/src"
    assert directory_of(made, unknown) is None


@pytest.mark.parametrize(
    ("directory", "path", "expected"),
    [
        ("/app", "src", "/app/src"),
        ("/app", "../srv/", "/srv"),
        ("/app", "/etc", "/etc"),
        (None, "/etc", "/etc"),
        (None, "src", None),
    ],
)
def test_a_path_seen_from_a_directory(directory, path, expected):
    assert in_directory(directory, path) == expected
