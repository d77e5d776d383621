"""`lightship explore` in a real terminal: a pseudo-terminal, with the keys typed."""

from __future__ import annotations

import os
import pty
import select
import sys

import pytest
from click.testing import CliRunner
from images import docker_archive, file, layer, oci_archive

from lightship.cli import cli

EVIL = b"f\x1b]0;owned\x07\x9b2J"


def talk(command, answers):
    """Run a command of a shell in a terminal, and type the keys for each of the words once it shows them.

    Gives what it wrote, and its exit code.
    """
    child, terminal = pty.fork()
    if not child:
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
        os.execve("/bin/sh", ["sh", "-c", command], environment)
    written, answers = b"", dict(answers)
    while select.select([terminal], [], [], 60)[0]:
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:  # the other end was closed
            break
        written += data
        if not data:
            break
        for words in [words for words in answers if words in written]:
            os.write(terminal, answers.pop(words))
    os.close(terminal)
    return written, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "app.tar"
    path.write_bytes(docker_archive(layer(file("usr/big", 5000), file(b"etc/" + EVIL, b"x"))))
    return path


LIGHTSHIP = f"{sys.executable} -m lightship"


def test_it_runs_in_a_terminal_and_leaves_with_q(archive):
    written, code = talk(f"exec {LIGHTSHIP} explore {archive}", {b"big": b"q"})
    assert code == 0, written
    assert b"]0;owned" in written
    assert b"\x1b]0;owned" not in written
    assert EVIL not in written
    assert b"\x9b2J" not in written


def test_an_image_of_standard_input_leaves_the_keys_to_the_terminal(archive):
    written, code = talk(f"cat {archive} | {LIGHTSHIP} explore -", {b"big": b"\x03"})
    assert code == 0, written
    assert b"big" in written


def test_a_file_of_a_compressed_layer_can_be_read(tmp_path):
    path = tmp_path / "app.tar"
    path.write_bytes(oci_archive(layer(file("only", b"these are the words"))))
    keys = {b"only": b"\tv", b"these are the words": b"\x03"}
    written, code = talk(f"exec {LIGHTSHIP} explore {path}", keys)
    assert code == 0, written


def test_without_a_terminal_it_says_what_to_do(archive):
    result = CliRunner().invoke(cli, ["explore", str(archive)])
    assert result.exit_code == 2
    assert "explore needs a terminal; `lightship inspect`" in result.output


def test_without_textual_it_says_what_to_install(archive, monkeypatch):
    monkeypatch.setitem(sys.modules, "textual", None)
    result = CliRunner().invoke(cli, ["explore", str(archive)])
    assert result.exit_code == 2
    assert "explore needs textual: pip install 'lightship[tui]'" in result.output


def test_help_needs_no_textual():
    result = CliRunner().invoke(cli, ["explore", "--help"])
    assert result.exit_code == 0
    assert "The keys are dive's" in result.output
