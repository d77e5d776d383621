"""Engines that do not answer, or stop: each is one sentence, after as long as they may be silent."""

from __future__ import annotations

import json
import os
import shutil
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from short import short_folder

from lightship.docker.connection import Address
from lightship.docker.engine_images import saved, time_to_gather
from lightship.docker.podman import podman_stream
from lightship.errors import EngineError

# Seconds: on a full machine an engine of the tests needs some to answer at all
PATIENCE = 1.5
TRY = "; try again, or wait longer with --timeout SECONDS"
SILENT = f"nothing came for {PATIENCE} seconds{TRY}"
Stops = Callable[[str], bool]


@contextmanager
def fake_engine(
    folder: Path, mute: Stops, sent: bytes, size: int = 0
) -> Iterator[Address]:
    """What answers as an engine does, until the path for which it says no more; of an image it sends some bytes."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if mute(self.path):
                self.until_left()
            elif self.path == "/_ping":
                self.answer(b"OK")
            elif self.path.endswith("/json"):
                self.answer(json.dumps({"Size": size}).encode())
            else:
                self.answer(sent, len(sent) + 1)
                self.until_left()

        def answer(self, body: bytes, length: int = 0) -> None:
            self.send_response(200)
            self.send_header("Api-Version", "1.45")
            self.send_header("Content-Length", str(length or len(body)))
            self.end_headers()
            self.wfile.write(body)

        def until_left(self) -> None:
            self.close_connection = True
            with suppress(OSError):
                self.rfile.read(1)

        def address_string(self) -> str:
            return ""

        def log_message(self, *args: object) -> None:
            pass

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

    path = str(folder / "engine.sock")
    with Server(path, Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield Address(f"unix://{path}")
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose path a socket's name has room for: it ends after 108 bytes."""
    folder = short_folder("lightship-")
    yield folder
    shutil.rmtree(folder)


@contextmanager
def full(listener: socket.socket, place: Any) -> Iterator[None]:
    """A socket that listens, and whose queue is full: a further connection waits for ever."""
    with listener, ExitStack() as waiting:
        listener.bind(place)
        listener.listen(0)
        for _ in range(4):
            client = waiting.enter_context(socket.socket(listener.family))
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield


@pytest.mark.parametrize("part", ["/_ping", "/json", "/get"])
def test_an_engine_that_does_not_answer_is_one_sentence(short_path, part):
    with (
        fake_engine(short_path, lambda path: path.endswith(part), b"") as place,
        pytest.raises(EngineError) as caught,
        saved(place, "app", patience=PATIENCE),
    ):
        pass
    said = f"the Docker engine at {place.host} does not answer: {SILENT}"
    assert str(caught.value) == said


def test_one_that_takes_no_connection_is_one_too(short_path):
    path = str(short_path / "engine.sock")
    with (
        full(socket.socket(socket.AF_UNIX), path),
        pytest.raises(EngineError) as caught,
        saved(Address(f"unix://{path}"), "app", patience=PATIENCE),
    ):
        pass
    assert str(caught.value) == (
        f"the Docker engine at unix://{path} takes no more connections: try again, or restart it"
    )


def test_a_rootless_engine_that_has_a_socket_is_named(short_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_path))
    nobody = Address(f"unix://{short_path}/nobody.sock")
    cure = f"a rootless engine has a socket here: set DOCKER_HOST=unix://{short_path}/docker.sock"

    def said(place: Address) -> str:
        with pytest.raises(EngineError) as caught, saved(place, "app", PATIENCE):
            pass
        return str(caught.value)

    assert cure not in said(nobody)
    (short_path / "docker.sock").write_text("a file is no socket")
    assert cure not in said(nobody)
    (short_path / "docker.sock").unlink()
    with socket.socket(socket.AF_UNIX) as rootless:
        rootless.bind(str(short_path / "docker.sock"))
        assert said(nobody).endswith(cure)
        # Who says where the engine is, is told about that one
        assert cure not in said(replace(nobody, said="DOCKER_HOST"))
        monkeypatch.chdir(short_path)
        monkeypatch.setenv("XDG_RUNTIME_DIR", ".")
        assert "a rootless engine has" not in said(nobody)


def test_a_socket_whose_path_is_too_long_is_named_by_a_shorter_one(tmp_path):
    path = f"{tmp_path}/{'x' * 110}"
    with (
        pytest.raises(EngineError) as caught,
        saved(Address(f"unix://{path}", "DOCKER_HOST"), "app", PATIENCE),
    ):
        pass
    assert str(caught.value).endswith(
        "AF_UNIX path too long; name it by a shorter path, such as a link to it"
    )


def test_one_that_stops_sending_is_one_too(short_path):
    with (
        fake_engine(short_path, lambda _: False, b"12345") as place,
        saved(place, "app", patience=PATIENCE) as stream,
        pytest.raises(EngineError) as caught,
    ):
        stream.read(10)
    said = f"the Docker engine stopped sending the image: {SILENT}"
    assert str(caught.value) == said


def test_a_large_image_is_waited_for_but_only_until_it_begins(short_path):
    assert time_to_gather(5 * 10**9, 30.0) == 530
    # Were the time to gather that of each silence, this would take years
    with (
        fake_engine(short_path, lambda _: False, b"1", size=10**16) as place,
        saved(place, "app", patience=PATIENCE) as stream,
        pytest.raises(EngineError, match=f"nothing came for {PATIENCE} seconds"),
    ):
        stream.read(10)


PODMAN = """#!/bin/sh
case "$2" in
    exists) {} ;;
    inspect) echo 1000 ;;
    save) printf 12345; exec tail -f /dev/null ;;
esac
"""


@pytest.fixture
def podman(short_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A command podman, to be written."""
    monkeypatch.setenv("PATH", f"{short_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_path))
    monkeypatch.delenv("CONTAINER_HOST", raising=False)
    path = short_path / "podman"
    path.touch(0o755)
    return path


def test_a_podman_that_stops_sending_is_ended(podman):
    podman.write_text(PODMAN.format("exit 0"), encoding="utf-8")
    # Were the command waited for, it would take for ever
    with podman_stream("app", 1.0) as stream:
        assert stream.read(10) == b"12345"
        with pytest.raises(
            EngineError,
            match=f"podman stopped sending the image: nothing came for 1 seconds{TRY}",
        ):
            stream.read(10)


def test_a_podman_that_does_not_answer_is_one_sentence(podman):
    podman.write_text(PODMAN.format("exec tail -f /dev/null"), encoding="utf-8")
    with (
        pytest.raises(
            EngineError, match=f"podman gives no answer within {PATIENCE} seconds{TRY}"
        ),
        podman_stream("app", PATIENCE),
    ):
        pass
