"""What `-o` does to a file, whichever command prints into it."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import sys

import pytest

from lightship.files.writing import write_text

resource = pytest.importorskip("resource", reason="limits of a process")

LINT = ("lint", "--format", "json", "--fail-on", "none")
CONTEXT = ("context", "--format", "json")
PRINTING = pytest.mark.parametrize("words", [LINT, CONTEXT], ids=["lint", "context"])


@pytest.fixture
def app(project):
    (project / "Dockerfile").write_text("FROM python\nCOPY . .\n")
    return project


@PRINTING
def test_a_disk_that_is_full_leaves_the_file_as_it_was(app, words):
    (app / "out.json").write_text("before")

    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))

    done = subprocess.run(
        [sys.executable, "-m", "lightship", *words, "-o", "out.json"],
        check=False,
        capture_output=True,
        text=True,
        cwd=app,
        preexec_fn=no_room,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert "cannot write out.json: File too large" in done.stderr
    assert (app / "out.json").read_text(encoding="utf-8") == "before"
    assert sorted(os.listdir(app)) == ["Dockerfile", "out.json"]


@PRINTING
def test_the_link_and_the_mode_stay(app, run, words):
    (app / "kept").mkdir()
    (app / "kept/real.json").write_text("before" * 10_000)
    (app / "kept/real.json").chmod(0o604)
    os.symlink("kept/real.json", "out.json")
    assert run(*words, "-o", "out.json").exit_code == 0
    assert (app / "out.json").is_symlink()
    assert (app / "kept/real.json").read_text(encoding="utf-8")[0] in "[{"
    assert stat.S_IMODE((app / "kept/real.json").stat().st_mode) == 0o604


@PRINTING
def test_a_device_is_written_to(app, run, words):
    assert run(*words, "-o", os.devnull).exit_code == 0
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_an_error_on_the_way_leaves_the_file_as_it_was(app):
    (app / "out").write_text("before")

    def texts():
        yield "half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_text("out", texts())
    assert (app / "out").read_text(encoding="utf-8") == "before"
    assert sorted(os.listdir(app)) == ["Dockerfile", "out"]


@pytest.mark.parametrize(
    ("env", "words", "is_coloured"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": ""}, (), False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, (), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
    ],
)
def test_colour_in_a_pipe(app, run, env, words, is_coloured):
    names = dict.fromkeys(("FORCE_COLOR", "NO_COLOR"), "")
    printed = run("lint", *words, env=names | env).stdout
    assert ("\033[" in printed) == is_coloured


@pytest.mark.parametrize(
    "words",
    [
        "lint",
        "lint --explain",
        "lint --statistics",
        "fix --diff --unsafe-fixes",
        "builds",
        "context",
    ],
)
def test_every_command_is_coloured_in_a_pipe_where_that_is_forced(app, run, words):
    (app / "Dockerfile").write_text("FROM debian:12\nmaintainer me\nCOPY . .\n")
    command = words.split()
    forced = run(*command, env={"FORCE_COLOR": "1", "NO_COLOR": "", "TERM": "dumb"})
    assert "\033[" in forced.stdout
    for env in ({}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}):
        plain = run(*command, env={"FORCE_COLOR": "", "NO_COLOR": ""} | env)
        assert "\033[" not in plain.stdout + plain.stderr


def test_no_colour_in_a_file(app, run):
    run("lint", "-o", "out", env={"FORCE_COLOR": "1"})
    assert "\033[" not in (app / "out").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("env", "is_coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_on_a_terminal(app, env, is_coloured):
    pty = pytest.importorskip("pty", reason="pseudo-terminals")
    child, terminal = pty.fork()
    if not child:
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ
        }
        command = [sys.executable, "-m", "lightship", "lint"]
        os.execve(sys.executable, command, {**kept, **env})
    printed = b""
    with contextlib.suppress(OSError):  # at its end, as Linux tells it
        while data := os.read(terminal, 1 << 16):
            printed += data
    os.waitpid(child, 0)
    os.close(terminal)
    assert b"untagged-image" in printed
    assert (b"\033[" in printed) == is_coloured
