"""Directories of our own: gone at the end, and those of a killed process in the next run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress

import click
import pytest
from click.testing import CliRunner

from lightship.cli import INTERRUPTED
from lightship.cli.interrupts import interruptible
from lightship.files.own_folder import own_folder, sweep_folders

KILLED = """\
import sys
from lightship.files.own_folder import own_folder
with own_folder() as folder:
    print(folder("before"), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_all_that_is_temporary_is_below_it_and_gone_at_the_end(temporary):
    with own_folder() as folder:
        place = folder("before")
        assert os.path.isdir(place)
        with tempfile.NamedTemporaryFile() as file:
            assert os.path.dirname(file.name) == os.path.dirname(place)
        sweep_folders()
    assert list(temporary.iterdir()) == []
    with suppress(ZeroDivisionError), own_folder() as folder:
        assert folder("before")
        raise ZeroDivisionError
    assert list(temporary.iterdir()) == []
    assert tempfile.gettempdir() == str(temporary)


def test_what_is_not_ours_or_is_in_use_stays(temporary):
    (temporary / "lightship-proof-x").write_text("a file")
    (temporary / "lightship-proof-y").symlink_to(temporary)
    (temporary / "mine").mkdir()
    before = sorted(temporary.iterdir())
    with own_folder() as folder:
        place = folder("before")
        sweep_folders()
        assert os.path.isdir(place)
    assert sorted(temporary.iterdir()) == before


def test_that_of_a_killed_process_is_swept_and_not_before(temporary):
    environment = {**os.environ, "TMPDIR": str(temporary)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        (sys.executable, "-c", KILLED), env=environment, stdin=pipe, stdout=pipe
    ) as process:
        place = process.stdout.readline().decode().strip()
        sweep_folders()
        assert os.path.isdir(place)
        process.kill()
    assert os.path.isdir(place)
    sweep_folders()
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_cleans_up_says_so_and_ends_with_130(number):
    seen = []

    @click.command()
    def command():
        with interruptible("all is well"):
            try:
                os.kill(os.getpid(), number)
                signal.pause()
            finally:
                seen.append("cleaned")

    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)]
    result = CliRunner().invoke(command)
    assert (result.exit_code, result.stderr, seen) == (
        INTERRUPTED,
        "interrupted: all is well\n",
        ["cleaned"],
    )
    assert [
        signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)
    ] == before
