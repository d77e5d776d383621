"""The object database of a repository: raw trees and blobs by id, verified by libgit2.

Trees are read here and not by libgit2, whose entries would each be an object: a commit is compared
with the one before it in 0.2 ms. The format is gitformat-tree's: `MODE SP NAME NUL ID`, again and
again.
"""

from __future__ import annotations

import re
from collections import OrderedDict

import pygit2

from lightship.context.files import LONGEST_READ
from lightship.errors import GitError
from lightship.text import decode

FOLDER, SYMLINK, SUBMODULE, PROGRAM, PLAIN = (
    0o40000,
    0o120000,
    0o160000,
    0o100755,
    0o100644,
)
_KINDS = 0o170000
_ENTRY = re.compile(rb"([0-7]{1,7}) ([^\0]+)\0(.{20})", re.DOTALL)
_NO_NAMES = (b".", b"..", b".git")  # git checks out no entry of these names
_LONGEST_TREE = 256 << 20  # bytes of one directory
# Entries of directories that the next commit is likely to be compared with, and sizes.
_KEPT = 200_000
FAILURES = (pygit2.GitError, KeyError, ValueError, OSError)

Entry = tuple[int, bytes]
"""Its mode, one of the five above, and the id of its object.

A submodule has no id, since it is never sent.
"""


class Objects:
    """Objects by their raw id.

    `left_out` are names that no checkout has; `unsized` counts files that are not here.
    """

    def __init__(
        self, repository: pygit2.Repository, name: str, advice: str = ""
    ) -> None:
        self._odb = repository.odb
        self._name = name
        self._advice = advice
        self._modes: dict[bytes, int] = {}
        self._folders: OrderedDict[bytes, dict[bytes, Entry]] = OrderedDict()
        self._kept = 0
        self._sizes: dict[bytes, int] = {}
        self.left_out: set[str] = set()
        self.unsized: set[bytes] = set()

    def size(self, id_: bytes) -> int:
        """The size of a blob, from its header alone.

        0 for one that a partial clone has not fetched.
        """
        if (known := self._sizes.get(id_)) is not None:
            return known
        if len(self._sizes) >= _KEPT:
            self._sizes.clear()
        found = self._sizes[id_] = self._size(id_)
        return found

    def _size(self, id_: bytes) -> int:
        try:
            return self._odb.read_header(id_.hex())[1]
        except KeyError as error:
            if not self._advice:
                raise self._unreadable(id_, error) from error
            self.unsized.add(id_)
            return 0
        except FAILURES as error:
            raise self._unreadable(id_, error) from error

    def whole(self, id_: bytes) -> bytes:
        """All bytes of a blob, however long."""
        try:
            return bytes(self._odb.read(id_.hex())[1])
        except FAILURES as error:
            raise self._unreadable(id_, error) from error

    def blob(self, id_: bytes) -> bytes | None:
        """The bytes of a blob; None for one that is longer than LONGEST_READ."""
        return self._read(id_, LONGEST_READ)

    def folder(self, id_: bytes | None) -> dict[bytes, Entry]:
        """The entries of a tree by name; none without an id."""
        if id_ is None:
            return {}
        if (found := self._folders.get(id_)) is not None:
            self._folders.move_to_end(id_)
            return found
        data = self._read(id_, _LONGEST_TREE)
        if data is None:
            raise GitError(
                f"{self._name}: tree {id_.hex()} is larger than {_LONGEST_TREE >> 20} MB"
            )
        found = self._folders[id_] = self._entries(id_, data)
        self._kept += len(found)
        while self._kept > _KEPT and len(self._folders) > 1:
            self._kept -= len(self._folders.popitem(last=False)[1])
        return found

    def _read(self, id_: bytes, most: int) -> bytes | None:
        try:
            if self._odb.read_header(id_.hex())[1] > most:
                return None
            return self._odb.read(id_.hex())[1]
        except FAILURES as error:
            raise self._unreadable(id_, error) from error

    def _entries(self, id_: bytes, data: bytes) -> dict[bytes, Entry]:
        rows = _ENTRY.findall(data)
        if sum(len(mode) + len(name) for mode, name, _ in rows) + 22 * len(rows) != len(
            data
        ):
            raise GitError(f"{self._name}: {id_.hex()} is not a tree as git writes it")
        modes = self._modes
        for mode in {row[0] for row in rows} - modes.keys():
            modes[mode] = self._mode(mode, id_)
        entries = {name: (modes[mode], object_id) for mode, name, object_id in rows}
        if b"160000 " in data:
            entries |= {
                name: (mode, b"")
                for name, (mode, _) in entries.items()
                if mode == SUBMODULE
            }
        for name in (*_NO_NAMES, *(name for name in entries if b"/" in name)):
            if entries.pop(name, None):
                self.left_out.add(decode(name))
        return entries

    def _mode(self, text: bytes, id_: bytes) -> int:
        mode = int(text, 8)
        if mode & _KINDS == PLAIN & _KINDS:
            return (
                PROGRAM if mode & 0o100 else PLAIN
            )  # 100664, as the first versions of git wrote it
        if mode & _KINDS not in {FOLDER, SYMLINK, SUBMODULE}:
            raise GitError(
                f"{self._name}: tree {id_.hex()} has an entry with invalid mode {text.decode()}"
            )
        return mode & _KINDS

    def _unreadable(self, id_: bytes, error: Exception) -> GitError:
        if isinstance(error, KeyError):
            advice = self._advice or "; `git fsck` says more"
            return GitError(f"{self._name}: object {id_.hex()} is missing{advice}")
        return GitError(f"{self._name}: object {id_.hex()} cannot be read: {error}")
