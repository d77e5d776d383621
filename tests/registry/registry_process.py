"""Debian's docker-registry as a process of the tests' own, and a front before it that counts, refuses and redirects."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from images import Blobs

USER, PASSWORD = "sailor", "open sesame"
HTPASSWD = f"{USER}:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n"
LONGEST_START = 300


def why_not() -> str:
    """Why no registry can start here; empty where one can."""
    return (
        "" if shutil.which("docker-registry") else "no docker-registry on this machine"
    )


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def registry(folder: Path, more: Mapping[str, Any] | None = None) -> Iterator[str]:
    """A registry that keeps all in `folder`; its `HOST:PORT`. `more` are keys of its configuration: auth, http."""
    port = free_port()
    http_part = {
        "addr": f"127.0.0.1:{port}",
        "secret": "of the tests",
        **dict((more or {}).get("http", {})),
    }
    config = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        **(more or {}),
        "http": http_part,
    }
    path = folder / "registry.json"  # JSON is YAML
    path.write_text(json.dumps(config))
    environment = {**os.environ, "OTEL_TRACES_EXPORTER": "none"}
    with open(folder / "registry.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            ("docker-registry", "serve", str(path)),
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            env=environment,
        )
    try:
        _until_it_listens(port, process, folder / "registry.log")
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _until_it_listens(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))


def push(host: str, name: str, image: Blobs, tag: str = "latest") -> None:
    """Put an image into a registry that asks for nothing: its manifests last, the top one by its tag as well."""
    manifests = {}
    for digest, data in image.blobs.items():
        document = json.loads(data) if data[:1] == b"{" else {}
        if "layers" in document or "manifests" in document:
            manifests[digest] = data, document["mediaType"]
        else:
            place = _asked(host, "POST", f"/v2/{name}/blobs/uploads/").headers[
                "Location"
            ]
            parts = urlsplit(place)
            _asked(host, "PUT", f"{parts.path}?{parts.query}&digest={digest}", data)
    for digest, (data, kind) in sorted(
        manifests.items(), key=lambda item: "index" in item[1][1]
    ):
        _asked(
            host, "PUT", f"/v2/{name}/manifests/{digest}", data, {"Content-Type": kind}
        )
    data, kind = manifests[image.top["digest"]]
    _asked(host, "PUT", f"/v2/{name}/manifests/{tag}", data, {"Content-Type": kind})


def _asked(
    host: str,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(host)
    connection.request(method, path, body, dict(headers or {}))
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    assert answer.status < 300, (method, path, answer.status, said)
    return answer


@dataclass
class Asked:
    """A request that came, and what went back."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int = 0
    sent: int = 0


@dataclass
class Answer:
    """What the front says itself; `cut` ends the connection after so many bytes of the body.

    One that is `mute` says nothing at all, one that `stalls` no more after those bytes: both until who asked leaves.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None
    mute: bool = False
    stalls: bool = False


Rule = Callable[[Asked], Answer | None]


@dataclass
class Front:
    """An HTTP server before a registry: `rules` may answer first, else the request is passed on."""

    host: str
    asked: list[Asked] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    # Set when an answer has stalled
    stalled: threading.Event = field(default_factory=threading.Event)

    def sent(self, digest: str) -> int:
        """Bytes of a blob that went out."""
        return sum(each.sent for each in self.asked if each.path.endswith(digest))


@contextmanager
def front(registry_host: str = "") -> Iterator[Front]:
    """A Front before a registry, or of rules alone."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                self.command, self.path, dict(self.headers), self.rfile.read(length)
            )
            found.asked.append(asked)
            answer = next(
                (said for rule in found.rules if (said := rule(asked)) is not None),
                None,
            )
            answer = answer or passed_on(registry_host, asked)
            asked.status = answer.status
            if answer.mute:
                self.until_left()
                return
            self.send_response(answer.status)
            for key, value in answer.headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            body = answer.body if answer.cut is None else answer.body[: answer.cut]
            if asked.method == "HEAD":
                return
            asked.sent = len(body)
            with suppress(OSError):  # who asked may have enough
                self.wfile.write(body)
            if answer.stalls:
                self.until_left()
            if answer.cut is not None:
                self.close_connection = True

        def until_left(self) -> None:
            self.close_connection = True
            found.stalled.set()
            with suppress(OSError):
                self.rfile.read(1)

        do_POST = do_HEAD = do_GET  # noqa: N815 - http.server's names

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Front(f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def passed_on(host: str, asked: Asked) -> Answer:
    """What the registry says to the same request."""
    assert host, f"no rule for {asked.path}"
    connection = http.client.HTTPConnection(host)
    headers = {
        key: value for key, value in asked.headers.items() if key in ("Accept", "Range")
    }
    connection.request(asked.method, asked.path, asked.body or None, headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    kept = {"Content-Type", "Docker-Content-Digest", "Content-Range"}
    return Answer(
        answer.status,
        {key: value for key, value in answer.headers.items() if key in kept},
        body,
    )
