"""How a process ends when it is interrupted, and when nobody takes what it prints."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from images import docker_archive, file, layer

LIGHTSHIP = (sys.executable, "-m", "lightship")
FULL = Path("/dev/full")


@pytest.fixture
def archive(tmp_path: Path) -> str:
    path = tmp_path / "app.tar"
    path.write_bytes(docker_archive(layer(*(file(f"f{at}", 10) for at in range(400)))))
    return str(path)


SHORT = (("--help",), ("--version",), ("rules",), ("rules", "root-user"), ("config",), ("completion", "bash"))  # fmt: skip


def printing(archive: str) -> list[tuple[str, ...]]:
    """Commands that print little and much, through each way in which one prints."""
    long = ("inspect", archive, "--format", "json", "--files")
    return [*SHORT, ("inspect", archive), long, ("inspect", archive, "--format=html")]


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
def test_a_full_output_is_a_sentence_and_exit_code_2(archive):
    for command in printing(archive):
        with FULL.open("w", encoding="utf-8") as full:
            done = subprocess.run(
                (*LIGHTSHIP, *command), stdout=full, stderr=subprocess.PIPE, check=False
            )
        said = done.stderr.decode()
        sentence = "error: cannot write to standard output: no space left on device"
        assert said.startswith(sentence), (command, said)
        assert said.count("\n") == 1, (command, said)
        assert done.returncode == 2, command


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
def test_an_error_that_nobody_can_be_told_has_its_exit_code():
    with FULL.open("w", encoding="utf-8") as full:
        done = subprocess.run(
            (*LIGHTSHIP, "inspect", "/nothing"), stderr=full, check=False
        )
    assert done.returncode == 2


def closed(handle: int) -> Callable[[], None]:
    return lambda: os.close(handle)


def test_a_closed_output_is_none(archive):
    done = subprocess.run(
        (*LIGHTSHIP, "inspect", archive),
        preexec_fn=closed(1),
        stderr=subprocess.PIPE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_ctrl_c_is_neither_an_error_nor_a_broken_limit():
    pipe = subprocess.PIPE
    command = (*LIGHTSHIP, "inspect", "-", "--max-size", "1MB")
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        header = tarfile.TarInfo("f")
        header.size = 1 << 30
        # More than a pipe holds: it is being read when all is written
        process.stdin.write(header.tobuf() + bytes(4 << 20))
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        out, said = (
            process.communicate()
        )  # which ends its input, where it did not see the signal
    assert (process.returncode, out, said) == (130, b"", b"interrupted\n")
