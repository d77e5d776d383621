"""What a ref of a repository of actions means today: its commit, by the git protocol over HTTP.

Only the list of refs is read, and nothing of the repository. Source: git, protocol-http.adoc,
"Smart Server Response"; gitprotocol-common.adoc, "pkt-line Format".
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from lightship.errors import RegistryAwayError, RegistryError, UsageError
from lightship.image.read_limits import MB
from lightship.pins.pin_place import ActionRepository
from lightship.pins.tag_meaning import TagMeaning
from lightship.regex import regex
from lightship.registry.credentials import Credentials
from lightship.registry.tokens import basic
from lightship.registry.transport import (
    PATIENCE,
    Transport,
    dismiss,
    is_loopback,
    read_body,
)
from lightship.wording.printable import escaped

_GITHUB = "https://github.com"
_SERVER, _TOKEN = "GITHUB_SERVER_URL", "GITHUB_TOKEN"
_SERVICE = "info/refs?service=git-upload-pack"
_KIND = "application/x-git-upload-pack-advertisement"
_MOST_BYTES = 32 * MB
_NEAREST = 8
_LENGTH = 4  # hexadecimal digits before each line
_COMMIT = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")
_HEX = regex(r"[0-9a-fA-F]{4}")
_PEELED = "^{}"
# Tags before branches, as GitHub takes them
_FOLDERS = ("refs/tags/", "refs/heads/")
_MISSING = frozenset((401, 403, 404))


class ActionCommits:
    """Asks GitHub what refs mean. Its methods may be called from several threads.

    GITHUB_SERVER_URL names another server, as it does in workflows; GITHUB_TOKEN is shown to the
    server where it is set. `patience` is for how many seconds it may send nothing.
    """

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._server = _server()
        self._transport = Transport(patience=patience, whom="the server")
        self._refs: dict[ActionRepository, Mapping[str, str]] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def meaning(self, repository: ActionRepository, ref: str) -> TagMeaning:
        """The commit of a tag or branch. A RegistryError where there is none."""
        refs = self._refs_of(repository)
        for folder in _FOLDERS:
            commit = refs.get(f"{folder}{ref}")
            if commit is not None:
                return TagMeaning(commit)
        raise RegistryError(_not_there(repository, ref, refs))

    def _refs_of(self, repository: ActionRepository) -> Mapping[str, str]:
        """All refs, asked for once; two threads may ask at the same time."""
        with self._lock:
            known = self._refs.get(repository)
        if known is None:
            known = read_refs(self._sent(repository), str(repository))
            with self._lock:
                self._refs[repository] = known
        return known

    def _sent(self, repository: ActionRepository) -> bytes:
        url = f"{self._server}/{repository}.git/{_SERVICE}"
        token = os.environ.get(_TOKEN, "")
        shown = basic(Credentials("x-access-token", token)) if token else ""
        answer = self._transport.follow(url, {}, shown)
        kind = answer.headers.get("Content-Type") or ""
        host = escaped(urlsplit(self._server).netloc)
        if answer.status != 200 or kind.partition(";")[0].strip() != _KIND:
            dismiss(answer)
            raise _refused(host, repository, answer.status)
        where = f"the refs of {repository}"
        data = read_body(answer, _MOST_BYTES + 1, where, self._transport.patience)
        if len(data) > _MOST_BYTES:
            answer.close()
            raise RegistryError(f"{host}: {where} are more than 32 MB: pin it by hand")
        answer.release_conn()
        return data


def _server() -> str:
    """The address of the server; a UsageError where it is not one."""
    address = (os.environ.get(_SERVER) or _GITHUB).rstrip("/")
    parts = urlsplit(address)
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and is_loopback(parts.netloc)
    )
    if not is_safe or not parts.hostname or parts.username is not None:
        raise UsageError(
            f"invalid {_SERVER} '{escaped(address, 200)}': write https:// and a host"
        )
    return address


def _refused(host: str, repository: ActionRepository, status: int) -> RegistryError:
    if status in _MISSING:
        return RegistryError(
            f"{host} has no repository {repository}, or it is private: check the name, or set "
            f"{_TOKEN}"
        )
    if status == 200:
        return RegistryError(f"{host} did not answer as a git server for {repository}")
    kind = RegistryAwayError if status == 429 else RegistryError
    return kind(
        f"{host} did not send the refs of {repository} (status {status}): try later"
    )


def _not_there(repository: ActionRepository, ref: str, refs: Mapping[str, str]) -> str:
    """That there is no such ref, with tags that are alike."""
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    tags = [
        name.removeprefix(_FOLDERS[0]) for name in refs if name.startswith(_FOLDERS[0])
    ]
    near = get_close_matches(ref, tags, _NEAREST, 0.3)
    where = f"{repository} has no tag or branch {ref}"
    return f"{where}; tags like it are {escaped(', '.join(near))}" if near else where


def read_refs(data: bytes, where: str) -> Mapping[str, str]:
    """The commits of all refs by name; of an annotated tag the commit that it is of.

    A RegistryError for what is not a list of refs.
    """
    refs: dict[str, str] = {}
    for line in _lines(data, where):
        text = line.partition(b"\0")[0].decode("utf-8", "replace").rstrip("\n")
        commit, _, name = text.partition(" ")
        if _COMMIT.fullmatch(commit):
            # A tag's commit comes right after the tag
            refs[name.removesuffix(_PEELED)] = commit
    return refs


def _lines(data: bytes, where: str) -> Iterator[bytes]:
    """The lines of pkt-line format: each after its length, whose digits count too."""
    at = 0
    while at < len(data):
        digits = data[at : at + _LENGTH].decode("latin-1")
        if not _HEX.fullmatch(digits):
            raise RegistryError(f"{where}: the answer is not a list of refs")
        length = int(digits, 16)
        end = at + max(length, _LENGTH)
        if length and (length < _LENGTH or end > len(data)):
            raise RegistryError(f"{where}: the answer ends in the middle: try again")
        yield data[at + _LENGTH : end]
        at = end
