"""What `-o` does to a file, whichever command prints into it."""

from __future__ import annotations

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
    )
    assert done.returncode == 2
    assert "cannot write out.json: File too large" in done.stderr
    assert (app / "out.json").read_text() == "before"
    assert sorted(os.listdir(app)) == ["Dockerfile", "out.json"]


@PRINTING
def test_the_link_and_the_mode_stay(app, run, words):
    (app / "kept").mkdir()
    (app / "kept/real.json").write_text("before" * 10_000)
    (app / "kept/real.json").chmod(0o604)
    os.symlink("kept/real.json", "out.json")
    assert run(*words, "-o", "out.json").exit_code == 0
    assert (app / "out.json").is_symlink()
    assert (app / "kept/real.json").read_text()[0] in "[{"
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
    assert (app / "out").read_text() == "before"
    assert sorted(os.listdir(app)) == ["Dockerfile", "out"]
