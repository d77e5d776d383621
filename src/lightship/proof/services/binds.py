"""The files of a repository that bind mounts bring: those that everybody has, within limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lightship.builds.workspace import joined
from lightship.context.files import LONGEST_READ
from lightship.proof.services.public_files import PublicFiles
from lightship.wording.sizes import size

MOST_FILES, DEEPEST = 500, 8  # files of one bind, directories below it
MOST_LOOKED_AT = 10_000  # names in the directories of one bind
MOST_BYTES = 64_000_000  # of all binds of a plan together
_MODE, _EXECUTABLE = 0o644, 0o755
_SCRIPT = b"#!"


class BoundFiles:
    """Lists and reads what lies below a path; nothing that git does not have.

    `say_left` is told once of what is left out because there is too much of it.
    """

    def __init__(self, files: PublicFiles, say_left: Callable[[str], None]) -> None:
        self._files = files
        self._say_left = say_left
        self._known: dict[str, dict[str, bytes]] = {}
        self._data: dict[str, bytes] = {}
        self._bytes = 0
        self._is_full = False
        self._looked_at = 0
        self._is_too_deep = False

    def below(self, path: str) -> dict[str, bytes]:
        """The file itself, or the files in a directory, sorted; their bytes by their paths."""
        if path not in self._known:
            self._known[path] = self._read_below(path)
        return self._known[path]

    def mode(self, data: bytes) -> int:
        """A script can be run: the mode of a file does not come along."""
        return _EXECUTABLE if data.startswith(_SCRIPT) else _MODE

    def _read_below(self, path: str) -> dict[str, bytes]:
        self._looked_at = 0
        self._is_too_deep = False
        found: dict[str, bytes] = {}
        for file in self._listed(path, 0):
            if len(found) == MOST_FILES:
                self._say_left(
                    f"{path} has more than {MOST_FILES} files: the first ones are mounted"
                )
                break
            data = self._read(file)
            if data is not None:
                found[file] = data
        if self._looked_at > MOST_LOOKED_AT:
            self._say_left(
                f"{path} has more than {MOST_LOOKED_AT} names: the first ones are looked at"
            )
        if self._is_too_deep:
            self._say_left(
                f"{path} has more than {DEEPEST} levels of directories: "
                "deeper files are not mounted"
            )
        return found

    def _listed(self, path: str, depth: int) -> Iterator[str]:
        """The files below a path, in the order of their names."""
        self._looked_at += 1
        if self._looked_at > MOST_LOOKED_AT:
            return
        workspace = self._files.workspace
        if workspace.is_file(path):
            yield path
            return
        if not workspace.is_directory(path):
            return
        if depth > DEEPEST:
            self._is_too_deep = True
            return
        for name in sorted(workspace.names(path)):
            inside = joined(path, name)
            if name != ".git" and inside is not None:
                yield from self._listed(inside, depth + 1)

    def _read(self, path: str) -> bytes | None:
        """A file, once for all that mount it; None where it is too much.

        Of a file that only its developer has, the example is read.
        """
        if path in self._data:
            return self._data[path]
        data = self._files.workspace.reader(path)
        if data is None:
            return None
        if len(data) > LONGEST_READ:
            longest = size(LONGEST_READ)
            self._say_left(f"{path} is larger than {longest}, so it is not mounted")
            return None
        if self._is_full or self._bytes + len(data) > MOST_BYTES:
            self._fill(path)
            return None
        self._bytes += len(data)
        self._data[path] = data
        return data

    def _fill(self, path: str) -> None:
        """Nothing more is mounted, so that it is the same whatever is small enough."""
        if not self._is_full:
            self._say_left(
                f"bind mounts have more than {size(MOST_BYTES)} of files: "
                f"{path} and those after it are not mounted"
            )
        self._is_full = True
