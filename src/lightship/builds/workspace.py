"""`Workspace`: the files of a repository, given by callables and never looked for here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from lightship.context.wildcards import clean
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Dockerfile
from lightship.record import record
from lightship.text import decode, encode

LONGEST_SOURCE = 1024 * 1024  # bytes; nobody writes a longer file by hand
# They hold what others wrote, and somebody copied
COPIED_FOLDERS = frozenset({"vendor", "third_party", "site-packages"})
FILE, DIRECTORY = "file", "directory"
# Begins a path that counts from the root of the workspace, wherever it is used: what `$(pwd)` gives
ROOTED = "\0"


@record(eq=False, slots=False)
class Workspace:
    """A repository, or a directory that belongs to none.

    All paths count from its root, with `/`; the root itself is `.`. `lister` gives the files that
    may say something, `dockerfiles` those that are named like a Dockerfile. `reader` gives a
    file's bytes, at most LONGEST_SOURCE + 1 of them, None where there is no such file. `kinds`
    says what a path is: FILE, DIRECTORY, or empty for anything else, as a link that leads outside.
    `names` lists a directory.
    """

    lister: Callable[[], Iterable[str]]
    dockerfiles: Callable[[str], bool]
    reader: Callable[[str], bytes | None]
    kinds: Callable[[str], str]
    names: Callable[[str], Iterable[str]]

    @classmethod
    def of(cls, files: Mapping[str, str | bytes]) -> Workspace:
        """A workspace in memory, path to content."""
        data = {
            path: encode(content) if isinstance(content, str) else content
            for path, content in files.items()
        }
        folders = {"."}
        for path in data:
            folders |= set(folders_above(path))

        def kinds(path: str) -> str:
            if path in data:
                return FILE
            return DIRECTORY if path in folders else ""

        def names(folder: str) -> list[str]:
            start = "" if folder == "." else f"{folder}/"
            below = [path[len(start) :] for path in data if path.startswith(start)]
            return sorted({path.partition("/")[0] for path in below})

        return cls(lambda: data, _looks_like_one, data.get, kinds, names)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The files that may say something, sorted."""
        return tuple(sorted(self.lister()))

    @cached_property
    def _data(self) -> dict[str, bytes | None]:
        return {}

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is none, or it is longer than LONGEST_SOURCE."""
        if path not in self._data:
            data = self.reader(path)
            is_too_long = data is not None and len(data) > LONGEST_SOURCE
            self._data[path] = None if is_too_long else data
        return self._data[path]

    def text(self, path: str) -> str | None:
        """The text of a file, without a byte order mark."""
        data = self.read(path)
        if data is None:
            return None
        return decode(data).removeprefix("\ufeff")

    def dockerfile(self, path: str) -> Dockerfile:
        """A Dockerfile, parsed once; an empty one where there is none."""
        if path not in self._dockerfiles:
            self._dockerfiles[path] = parse(self.text(path) or "")
        return self._dockerfiles[path]

    @cached_property
    def _dockerfiles(self) -> dict[str, Dockerfile]:
        return {}

    def is_file(self, path: str) -> bool:
        return self.kinds(path) == FILE

    def is_directory(self, path: str) -> bool:
        return self.kinds(path) == DIRECTORY


def _looks_like_one(path: str) -> bool:
    """Whether a file in memory is a Dockerfile, by its name."""
    name = path.rpartition("/")[2]
    if name.endswith(".dockerignore"):
        return False
    return name.startswith(("Dockerfile", "Containerfile")) or name.endswith(
        ".Dockerfile"
    )


def folder_of(path: str) -> str:
    """The directory that holds a path."""
    return path.rpartition("/")[0] or "."


def folders_above(path: str) -> list[str]:
    """The directories above a path, the nearest first, the root last."""
    folders = []
    folder = path
    while folder != ".":
        folder = folder_of(folder)
        folders.append(folder)
    return folders


def rooted(path: str) -> str:
    """A path from the root, that means the same wherever it is used."""
    return f"{ROOTED}/{path}"


def joined(folder: str, path: str) -> str | None:
    """`path` as written in `folder`, from the root; None where it leads outside."""
    if path.startswith(ROOTED):
        return joined(".", path[1:].lstrip("/") or ".")
    if "\0" in path:
        return None
    if path.startswith(("/", "~")):
        return None
    whole = clean(f"{folder}/{path}")
    if whole == ".." or whole.startswith("../"):
        return None
    return whole
