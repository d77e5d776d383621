"""The socket that leads to an engine over ssh, without an engine: a program named ssh that sends back what it gets."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

import pytest
from locales import IN_UTF_8
from short import short_folder

from lightship.docker import ssh
from lightship.docker.ssh import tunnel
from lightship.errors import EngineError

HOST = "ssh://sailor@host.example"


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ssh`, whatever it is asked."""
    client = tmp_path / "bin/ssh"
    client.parent.mkdir()
    client.write_text("#!/bin/sh\nexec cat\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{client.parent}:/usr/bin:/bin")


@pytest.fixture
def long_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go: a path longer than that of a socket may be."""
    folder = tmp_path / ("é" * 60)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def answer(host: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(host.removeprefix("unix://"))
        client.sendall(b"ahoy")
        client.shutdown(socket.SHUT_WR)
        return client.recv(10)


def test_what_is_sent_comes_back(echo: None) -> None:
    with tunnel(HOST) as host:
        assert answer(host) == b"ahoy"


@IN_UTF_8
def test_a_long_path_of_temporary_files_is_no_hindrance(
    echo: None, long_place: Path
) -> None:
    with tunnel(HOST) as host:
        folder = Path(host.removeprefix("unix://")).parent
        assert answer(host) == b"ahoy"
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


@IN_UTF_8
def test_without_a_short_path_the_error_says_what_to_set(
    echo: None, long_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = short_folder("lightship-")
    place.rmdir()
    monkeypatch.setattr(ssh, "_SHORT_PLACE", str(place))
    with (
        pytest.raises(
            EngineError,
            match=r"would be too long: set TMPDIR .*at most 70 bytes \(it has \d+\)",
        ),
        tunnel(HOST),
    ):
        pass
