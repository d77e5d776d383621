"""Archives over HTTP: resumed where they were cut off, checked, and unchanged ones left alone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from lightship.advisories.archive_downloads import Mirror, fetch_archive
from lightship.errors import DatabaseError

CONTENT = bytes(range(256)) * 1000
TAG = '"one"'


class Bucket:
    """What a server has, how many bytes it sends before it goes away, and what it was asked."""

    def __init__(self) -> None:
        self.cut = 0
        self.sum = hashlib.md5(CONTENT).digest()
        self.tag = TAG
        self.ranges: list[str | None] = []


class Handler(BaseHTTPRequestHandler):
    def __init__(self, bucket: Bucket, *rest) -> None:
        self.bucket = bucket
        super().__init__(*rest)

    def do_GET(self) -> None:
        bucket = self.bucket
        if self.path != "/PyPI/all.zip":
            self.answer(404, b"")
            return
        if self.headers.get("If-None-Match") == bucket.tag:
            self.answer(304, b"")
            return
        asked = self.headers.get("Range")
        bucket.ranges.append(asked)
        if asked and self.headers.get("If-Range") == bucket.tag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header(
                "Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"
            )
            self.send(CONTENT[start:])
            return
        self.answer(200, CONTENT)

    def answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send(content)

    def send(self, content: bytes) -> None:
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", self.bucket.tag)
        told = base64.b64encode(self.bucket.sum).decode()
        self.send_header("x-goog-hash", f"crc32c=AAAAAA==,md5={told}")
        self.end_headers()
        self.wfile.write(content[: self.bucket.cut or None])

    def log_message(self, *_words) -> None:
        pass


@pytest.fixture
def served() -> Iterator[tuple[str, Bucket]]:
    bucket = Bucket()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, bucket)) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", bucket
        server.shutdown()
        thread.join()


def mirror_of(served, tmp_path) -> Mirror:
    return Mirror(served[0], str(tmp_path), 10, lambda _done, _total: None)


def test_an_archive_comes_whole_with_its_tag(served, tmp_path):
    fetched = fetch_archive(mirror_of(served, tmp_path), "PyPI")
    assert fetched is not None
    assert fetched.tag == TAG
    with open(fetched.path, "rb") as file:
        assert file.read() == CONTENT


def cut_off(served, tmp_path):
    served[1].cut = 100_000
    with pytest.raises(DatabaseError, match="did not come whole"):
        fetch_archive(mirror_of(served, tmp_path), "PyPI")
    served[1].cut = 0


def test_what_was_cut_off_is_gone_on_with(served, tmp_path):
    cut_off(served, tmp_path)
    fetched = fetch_archive(mirror_of(served, tmp_path), "PyPI")
    assert served[1].ranges == [None, "bytes=100000-"]
    with open(fetched.path, "rb") as file:
        assert file.read() == CONTENT


def test_another_content_is_not_gone_on_with(served, tmp_path):
    cut_off(served, tmp_path)
    served[1].tag = '"two"'
    fetched = fetch_archive(mirror_of(served, tmp_path), "PyPI")
    assert fetched.tag == '"two"'
    with open(fetched.path, "rb") as file:
        assert file.read() == CONTENT


def test_an_unchanged_archive_is_not_sent(served, tmp_path):
    fetched = fetch_archive(mirror_of(served, tmp_path), "PyPI", TAG)
    assert fetched.path == ""
    assert served[1].ranges == []


def test_a_damaged_archive_is_refused_and_not_gone_on_with(served, tmp_path):
    served[1].sum = b"0" * 16
    with pytest.raises(DatabaseError, match="came damaged"):
        fetch_archive(mirror_of(served, tmp_path), "PyPI")
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_is_not_there_is_none(served, tmp_path):
    assert fetch_archive(mirror_of(served, tmp_path), "npm") is None


def test_a_server_that_is_not_there_is_named(tmp_path):
    mirror = Mirror("http://127.0.0.1:1", str(tmp_path), 10, lambda _done, _total: None)
    with pytest.raises(
        DatabaseError, match=r"cannot download .*the server 127\.0\.0\.1:1"
    ):
        fetch_archive(mirror, "PyPI")
