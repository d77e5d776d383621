from __future__ import annotations

import subprocess
import sys

import pygit2
import pytest

from lightship import __version__
from lightship.cli import COMMANDS as SECTIONS
from lightship.cli.cache import COMMANDS as CACHE

COMMANDS = {name: about for rows in SECTIONS.values() for name, about in rows.items()}


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version(run, option):
    assert run(option).stdout == f"lightship {__version__}\n"


@pytest.mark.parametrize(
    "command",
    ["", *COMMANDS, *(f"cache {name}" for name in CACHE), "proof show", "proof list"],
)
def test_help_fits_80_columns(run, command):
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_the_list_of_commands_says_what_the_commands_say(run, command):
    from importlib import import_module

    assert (
        import_module(f"lightship.cli.{command}").command.short_help
        == COMMANDS[command]
    )


@pytest.mark.parametrize(
    ("words", "meant"),
    [("lnit", "lint"), ("cache explian", "explain"), ("proof lst", "list")],
)
def test_an_unknown_command_gets_a_suggestion(run, words, meant):
    result = run(*words.split())
    assert result.exit_code == 2
    assert f"Did you mean {meant}?" in result.stderr


@pytest.mark.parametrize("words", ["qqq", "cache qqq"])
def test_a_command_that_is_like_none_is_an_error_too(run, words):
    result = run(*words.split())
    assert result.exit_code == 2
    assert "No such command 'qqq'" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(run, shell):
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_LIGHTSHIP_COMPLETE" in result.stdout


def offered(run, words):
    """What bash offers for the last word, which may be empty."""
    env = {
        "_LIGHTSHIP_COMPLETE": "bash_complete",
        "COMP_WORDS": f"lightship {words}",
        "COMP_CWORD": str(len(words.split(" "))),
    }
    rows = run(env=env).stdout.splitlines()
    return {row.partition(",")[2] for row in rows}


@pytest.mark.parametrize(
    ("words", "some"),
    [
        ("rules root", {"root-user"}),
        ("rules DL3007", {"DL3007"}),
        ("rules dl300", {"DL3007", "DL3000"}),
        ("rules ", {"root-user", "latest-image"}),
        ("lint --select latest", {"latest-image"}),
        ("lint --select cach", {"caching"}),
        ("lint --select root-user,had", {"root-user,hadolint"}),
        ("fix --ignore DL3007,lat", {"DL3007,latest-image"}),
        ("lint --extend-select buil", {"buildkit"}),
    ],
)
def test_a_shell_offers_names_of_rules(run, words, some):
    assert some <= offered(run, words)
    assert "DL3007" not in offered(run, "rules ")


def test_a_closed_pipe_is_no_traceback(project):
    (project / "Dockerfile").write_text(
        "FROM scratch AS Build\n" + "RUN cd /x\n" * 3_000
    )
    code = f"{sys.executable} -c 'from lightship.cli import main; main()' lint --select all | head -1"
    result = subprocess.run(
        ["sh", "-c", code],
        check=False,
        cwd=project,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "Traceback" not in result.stderr


def test_an_output_that_knows_only_ascii(project):
    (project / "Dockerfile").write_text(
        "FROM scratch AS Bäu\nCOPY ü Ü\n", encoding="utf-8"
    )
    code = "from lightship.cli import main; main()"
    command = [sys.executable, "-c", code, "parse", "Dockerfile"]
    result = subprocess.run(
        command,
        check=False,
        cwd=project,
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii"},
    )
    assert b"Traceback" not in result.stderr
    assert result.stdout


@pytest.mark.parametrize(
    "words",
    [
        "lint",
        "fix",
        "context",
        "cache explain",
        "cache replay",
        "cache advise",
        "prove --fix",
        "improve",
        "inspect app.tar --file Dockerfile",
    ],
)
def test_a_target_that_there_is_not_is_wrong_use(run, project, words):
    git = pygit2.init_repository(str(project))
    (project / "Dockerfile").write_text("FROM scratch AS build\nFROM scratch\n")
    git.index.add_all()
    git.index.write()
    author = pygit2.Signature("a", "a@example.invalid", 1_790_000_000, 0)
    tree = git.index.write_tree()
    git.create_commit("HEAD", author, author, "first", tree, [])
    result = run(*words.split(), "--target", "biuld")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no stage is named 'biuld'; did you mean 'build'?" in result.stderr


@pytest.mark.parametrize(
    ("words", "usage"),
    [
        ("--nosuch", "lightship [OPTIONS]"),
        ("nosuch", "lightship [OPTIONS]"),
        ("lint --nosuch", "lightship lint [OPTIONS]"),
        ("lint --jobs x", "lightship lint [OPTIONS]"),
        ("lint --explain --format junit", "lightship lint [OPTIONS]"),
        ("cache nosuch", "lightship cache [OPTIONS]"),
        ("inspect", "lightship inspect [OPTIONS]"),
        ("lint --select nosuch", None),
        ("inspect nosuch.tar", None),
        ("fix nosuch", None),
        ("parse nosuch", None),
    ],
)
def test_every_error_has_the_same_form(run, words, usage):
    result = run(*words.split())
    *before, last = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (2, "")
    assert last.startswith("error: ")
    if usage is None:
        assert before == []
    else:
        assert before[0].startswith(f"Usage: {usage}")
        assert before[-2].startswith("Try 'lightship")
        assert before[-1] == ""
