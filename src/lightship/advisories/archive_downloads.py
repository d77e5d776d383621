"""Archives of OSV over HTTP, resumed where an earlier run was cut off.

What has come is kept beside the database with the tag of its content (ETag), so that the rest is
asked for only while the content is the same.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import urllib3

from lightship.errors import DatabaseError, FileError, RegistryError
from lightship.files.reading import reason_of
from lightship.record import record
from lightship.registry.transport import Transport, dismiss, longer
from lightship.wording.connection_failures import why
from lightship.wording.printable import escaped

OSV = "https://osv-vulnerabilities.storage.googleapis.com"
_PIECE = 1 << 20
_MOST = 4 << 30  # bytes of an archive
_PART, _TAG = ".part", ".tag"
_WHOLE, _REST, _UNCHANGED, _NOT_FOUND, _NO_SUCH_RANGE = 200, 206, 304, 404, 416


@record
class Fetched:
    """An archive that has come whole, and its tag; `path` is empty where it is unchanged."""

    path: str
    tag: str


@record
class Mirror:
    """Where archives are: the address of OSV's bucket or of a copy of it.

    What has come is kept in `folder`; `tell` is told how far it has come.
    """

    address: str
    folder: str
    patience: float
    tell: Callable[[int, int], None]


def address_of(mirror: Mirror, ecosystem: str) -> str:
    """The address of an ecosystem's archive."""
    return f"{mirror.address.rstrip('/')}/{quote(ecosystem)}/all.zip"


def fetch_archive(mirror: Mirror, ecosystem: str, known: str = "") -> Fetched | None:
    """The archive of an ecosystem; None where the mirror has none.

    `known` is the tag of what the database has already. A DatabaseError where it did not come
    whole: the next run resumes it.
    """
    url = address_of(mirror, ecosystem)
    download = _Download(mirror, url, os.path.join(mirror.folder, f"{ecosystem}.zip"))
    try:
        return download.run(known)
    except RegistryError as error:
        raise DatabaseError(f"cannot download {url}: {error}") from error
    except urllib3.exceptions.HTTPError as error:
        reason = escaped(why(error, mirror.patience))
        raise DatabaseError(
            f"{url} did not come whole: {reason}{longer(error)}, which resumes it"
        ) from error
    except OSError as error:
        raise FileError(f"cannot write {download.path}: {reason_of(error)}") from error


class _Download:
    """One archive on its way."""

    def __init__(self, mirror: Mirror, url: str, path: str) -> None:
        self.mirror = mirror
        self.url = url
        self.path = path

    def run(self, known: str) -> Fetched | None:
        os.makedirs(self.mirror.folder, exist_ok=True)
        transport = Transport(patience=self.mirror.patience, whom="the server")
        try:
            answer = transport.follow(self.url, self._headers(known), "")
            if answer.status == _NO_SUCH_RANGE:  # what is here is longer
                dismiss(answer)
                self._forget()
                answer = transport.follow(self.url, self._headers(known), "")
            return self._answered(answer)
        finally:
            transport.close()

    def _headers(self, known: str) -> dict[str, str]:
        tag, size = self._begun()
        if size:
            return {"Range": f"bytes={size}-", "If-Range": tag}
        return {"If-None-Match": known} if known else {}

    def _answered(self, answer: Any) -> Fetched | None:
        if answer.status == _UNCHANGED:
            dismiss(answer)
            return Fetched("", "")
        if answer.status == _NOT_FOUND:
            dismiss(answer)
            return None
        if answer.status not in (_WHOLE, _REST):
            dismiss(answer)
            raise DatabaseError(
                f"cannot download {self.url}: the server answers {answer.status}"
            )
        self._receive(answer)
        tag = answer.headers.get("ETag", "")
        self._check(answer.headers)
        os.replace(self.path + _PART, self.path)
        return Fetched(self.path, tag)

    def _receive(self, answer: Any) -> None:
        _tag, begun = self._begun()
        start = begun if answer.status == _REST else 0
        if start and not _starts_at(answer.headers, start):
            raise DatabaseError(
                f"{self.url} came with another part than was asked for; try again"
            )
        length = int(answer.headers.get("Content-Length") or 0)
        total = start + length if length else 0
        self._keep_tag(answer.headers.get("ETag", ""))
        with open(self.path + _PART, "ab" if start else "wb") as file:
            done = start
            while piece := answer.read(_PIECE):
                done += len(piece)
                if done > _MOST:
                    raise DatabaseError(f"{self.url} is larger than an archive of OSV")
                file.write(piece)
                self.mirror.tell(done, total)
        if total and done != total:
            raise DatabaseError(
                f"{self.url} did not come whole: {done:,} of {total:,} bytes; "
                "try again, which resumes it"
            )

    def _begun(self) -> tuple[str, int]:
        """The tag and size of what came before; it is only resumed if both are known.

        A weak tag does not say that the bytes are the same.
        """
        try:
            with open(self.path + _TAG, encoding="utf-8") as file:
                tag = file.read(1000)
            size = os.path.getsize(self.path + _PART)
        except (OSError, ValueError):
            return "", 0
        is_strong = tag.startswith('"')
        return (tag, size) if is_strong else ("", 0)

    def _keep_tag(self, tag: str) -> None:
        with open(self.path + _TAG, "w", encoding="utf-8") as file:
            file.write(tag)

    def _forget(self) -> None:
        for end in (_PART, _TAG):
            with suppress(OSError):
                os.unlink(self.path + end)

    def _check(self, headers: Mapping[str, str]) -> None:
        """Compare with the sum that the server states, where it does (x-goog-hash)."""
        wanted = _stated_sum(headers)
        if not wanted:
            return
        with open(self.path + _PART, "rb") as file:
            state = hashlib.file_digest(
                file, lambda: hashlib.md5(usedforsecurity=False)
            )
        if state.digest() != wanted:
            self._forget()
            raise DatabaseError(
                f"{self.url} came damaged: its MD5 is not the one that the server states; try again"
            )


def _starts_at(headers: Mapping[str, str], start: int) -> bool:
    return headers.get("Content-Range", "").startswith(f"bytes {start}-")


def _stated_sum(headers: Mapping[str, str]) -> bytes:
    """The MD5 of the content, as Google's storage states it; empty where it does not."""
    for item in headers.get("x-goog-hash", "").split(","):
        kind, _, text = item.strip().partition("=")
        if kind == "md5":
            with suppress(ValueError):
                return base64.b64decode(text, validate=True)
    return b""
