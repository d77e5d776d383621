"""Signals that end a long command: the first cleans up, the second waits for that, the third does not."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

SCRIPT = """
import sys
from select import select
import click
from lightship.cli.interrupts import interruptible

def wait():
    # A signal between two instructions is not seen by a read that begins after it, and never ends
    while not select([sys.stdin], [], [], 0.05)[0]:
        pass

try:
    with interruptible("all is removed"):
        try:
            print("working", flush=True)
            wait()
        finally:
            print("cleaning", flush=True)
            wait()
            print("cleaned", flush=True)
except click.exceptions.Exit as end:
    sys.exit(end.exit_code)
"""


@pytest.fixture
def process():
    pipe = subprocess.PIPE
    command = (sys.executable, "-c", SCRIPT)
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8"
    ) as started:
        yield started
        started.kill()


def interrupt(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Where it works: the first signal."""
    assert process.stdout.readline() == "working\n"
    process.send_signal(number)
    assert process.stdout.readline() == "cleaning\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_second_signal_waits_for_the_cleaning(process, number):
    interrupt(process, number)
    process.send_signal(signal.SIGINT)
    assert process.stderr.readline().startswith("cleaning up: press Ctrl-C again")
    out, said = process.communicate("\n")
    assert (out, said) == ("cleaned\n", "interrupted: all is removed\n")
    assert process.returncode == 130


def test_a_third_signal_ends_it(process):
    interrupt(process, signal.SIGINT)
    process.send_signal(signal.SIGINT)
    assert process.stderr.readline().startswith("cleaning up: press Ctrl-C again")
    process.send_signal(signal.SIGINT)
    out, said = process.communicate()
    assert out == ""
    assert said.startswith("interrupted: not all that was made is removed")
    assert process.returncode == 130
