"""The blob of a layer in a registry: in parts, or as a stream that resumes a broken connection."""

from __future__ import annotations

import threading
from typing import Any

from lightship.errors import CorruptBlobError, RegistryError
from lightship.image.blob import Blob
from lightship.image.digest import Digest
from lightship.record import record
from lightship.regex import regex
from lightship.registry.client import RegistryClient
from lightship.registry.transport import longer
from lightship.wording.connection_failures import is_silence, why

_RESUMED = 5  # how often a stream goes on after its connection broke
_HEAD = 4096  # bytes at the start that are asked for apart, and come with the whole
_RANGE = regex(r"bytes (\d{1,19})-(\d{1,19})/(?:\d{1,19}|\*)")


class NoRangesError(RegistryError):
    """The registry sends a whole blob where a part was asked for."""


@record(eq=False, frozen=False)
class Body:
    """A blob as it comes, of `size` bytes.

    It resumes where a connection broke, if the registry gives parts.
    """

    client: RegistryClient
    digest: str
    answer: Any
    size: int | None = None
    at: int = 0
    resumed: int = 0

    def read(self, size: int, /) -> bytes:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - loaded by the transport

        while True:
            try:
                data: bytes = self.answer.read(size)
            except HTTPError as error:
                self._resume(error)
                continue
            self.at += len(data)
            if self.size is not None and self.at > self.size:
                self.answer.close()
                raise CorruptBlobError(
                    f"{self.digest}: more bytes than the {self.size:,} that the manifest says"
                )
            if not data:
                self.answer.release_conn()
            return data

    def _resume(self, error: Exception) -> None:
        self.answer.close()
        self.resumed += 1
        if self.resumed > _RESUMED or is_silence(error):
            raise self._broken(error) from error
        try:
            self.answer = part(self.client, self.digest, self.at, None)
        except NoRangesError:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> RegistryError:
        """The error for a download that cannot go on."""
        whole = "" if self.size is None else f" of {self.size:,}"
        words = why(error, self.client.transport.patience)
        return RegistryError(
            f"the registry {self.client.host} stopped after {self.at:,}{whole} bytes of "
            f"{self.digest}: {words}{longer(error)}"
        )

    def close(self) -> None:
        self.answer.close()


def part(client: RegistryClient, digest: str, offset: int, length: int | None) -> Any:
    """The answer with a part of a blob, from `offset` on.

    A NoRangesError where the registry sends all of it.
    """
    last = "" if length is None else offset + length - 1
    answer = client.blob(digest, {"Range": f"bytes={offset}-{last}"})
    if answer.status == 200:
        answer.close()
        raise NoRangesError(f"the registry does not send parts of {digest}")
    served = _RANGE.fullmatch(answer.headers.get("Content-Range") or "")
    if served is None or int(served[1]) != offset:
        answer.close()
        raise CorruptBlobError(
            f"{digest}: the registry sent a different part than requested"
        )
    return answer


class RemoteBlob:
    """A blob of one digest.

    Its first bytes are asked for before the whole: both are one request.
    """

    def __init__(
        self, client: RegistryClient, digest: Digest, size: int | None
    ) -> None:
        self._client, self._digest, self._size = client, str(digest), size
        self._lock = threading.Lock()
        self._waiting: tuple[bytes, Body] | None = None
        self._bodies: list[Body] = []
        self._start = b""

    def as_blob(self) -> Blob:
        return Blob(
            self._digest, self._size or 0, self.read_at, self.open, is_remote=True
        )

    def open(self) -> _Joined:
        with self._lock:
            start, body = self._waiting or (b"", self._whole())
            self._waiting = None
        return _Joined(start, body)

    def read_at(self, offset: int, length: int) -> bytes:
        if offset + length <= _HEAD:
            return self._head()[offset : offset + length]
        try:
            return self.part(offset, length)
        except NoRangesError:
            return self._passed(offset, length)

    def part(self, offset: int, length: int) -> bytes:
        """As `read_at`, but a NoRangesError where it would take the whole blob."""
        if length <= 0:
            return b""
        answer = part(self._client, self._digest, offset, length)
        data = self._client.read(answer, length, self._digest)
        answer.release_conn()
        return data

    def close(self) -> None:
        """Drop what was started and not read to its end."""
        for body in self._bodies:
            body.close()

    def _whole(self) -> Body:
        self._bodies.append(
            Body(
                self._client,
                self._digest,
                self._client.blob(self._digest, {}),
                self._size,
            )
        )
        return self._bodies[-1]

    def _head(self) -> bytes:
        with self._lock:
            if not self._start:
                body = self._whole()
                data = bytearray()
                while len(data) < _HEAD and (piece := body.read(_HEAD - len(data))):
                    data += piece
                self._start = bytes(data)
                self._waiting = self._start, body
            return self._start

    def _passed(self, offset: int, length: int) -> bytes:
        """A part by reading from the start."""
        body, data = self._whole(), bytearray()
        while offset and (piece := body.read(min(offset, 1 << 20))):
            offset -= len(piece)
        while len(data) < length and (piece := body.read(length - len(data))):
            data += piece
        body.close()
        self._bodies.remove(body)
        return bytes(data)


@record(eq=False, frozen=False)
class _Joined:
    """First bytes that were taken already, and the rest."""

    start: bytes
    body: Body

    def read(self, size: int, /) -> bytes:
        if self.start:
            data, self.start = self.start[:size], self.start[size:]
            return data
        return self.body.read(size)
