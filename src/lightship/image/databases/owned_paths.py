"""Who owns which path, as databases say it one after the other."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import chain, compress, islice, repeat

from lightship.errors import ImageError
from lightship.image.databases import npm, python
from lightship.image.databases.package_lists import Listed, PackageFacts
from lightship.image.databases.real_directories import Directories
from lightship.image.scan import EntryKind, Scan
from lightship.image.stack import Stack

NOBODY = -1
_DIRECTORY = int(EntryKind.DIRECTORY)
_MOST_PACKAGES = 200_000


class Claims:
    """Who owns a path; only paths that some layer has are held, so that a database cannot
    fill the memory.
    """

    def __init__(self, stack: Stack, most: int) -> None:
        self.stack = stack
        self.most = most
        self.paths = 0
        self.added = 0
        self.numbers: dict[tuple[str, str, str], int] = {}
        self.layers: list[int] = []  # of the databases that name the packages
        self.databases: list[list[bytes]] = []  # the paths of those
        self.facts: list[PackageFacts] = []  # as the first of those says
        self.notes: list[str] = []
        self.below: dict[bytes, int] = {}
        self.owner: dict[bytes, int] = {}
        self.directories: Directories | None = None

    def add(self, listed: Listed) -> None:
        """Take a package and its paths, unless another package contains it."""
        if self.directories is None:
            self.directories = Directories(self.stack)
            scans = filter(None, self.stack.scans)
            paths = chain.from_iterable(map(_no_directories, scans))
            self.owner = dict.fromkeys(paths, NOBODY)

        # What a package of the distribution brought is that package's
        is_of_language = listed.manager in ("python", "npm")
        owner = self.owner.get(listed.database.path, NOBODY)
        if is_of_language and owner != NOBODY:
            return

        self.added += 1
        if self.added > _MOST_PACKAGES:
            raise ImageError(
                f"more than {_MOST_PACKAGES:,} packages: the rest are not read"
            )

        key = (listed.manager, listed.name, listed.version)
        number = self.numbers.setdefault(key, len(self.layers))
        if number == len(self.layers):
            self.layers.append(listed.database.layer)
            self.databases.append([])
            self.facts.append(listed.facts)
        self.databases[number].append(listed.database.path)
        if listed.below is not None:
            self.below[listed.below] = number
        self._claim(listed.paths, number, self.directories)

    def _claim(
        self,
        paths: Iterator[bytes],
        number: int,
        directories: Directories,
    ) -> None:
        owner = self.owner
        get = self.owner.get
        known = directories.known.get
        prefixes = directories.prefixes
        count = 0
        # It counts
        for count, listed in enumerate(islice(paths, self.most - self.paths + 1), 1):  # noqa: B007
            path = listed.lstrip(b"/")
            there = get(path)
            if there is not None:  # as it is listed, without a symbolic link on the way
                if there == NOBODY:
                    owner[path] = number
                continue
            above, _, name = listed.rpartition(b"/")
            for prefix in known(above) or prefixes(above):
                path = prefix + name
                if get(path) == NOBODY:
                    owner[path] = number
        self.paths += count
        if self.paths > self.most:
            raise ImageError(
                f"package databases list more than {self.most:,} paths: the rest are not read"
            )

    def derive(self) -> None:
        """The owners of what no database lists: compiled modules, and all below a package of
        npm.
        """
        owner = self.owner
        below = self.below
        last = b""
        innermost = NOBODY
        for path, number in owner.items() if self.layers else ():
            if number != NOBODY:
                continue
            if (
                path[-4:] == b".pyc"
                and (number := owner.get(python.source_of(path), NOBODY)) != NOBODY
            ):
                owner[path] = number
            elif below and b"node_modules/" in path:
                directory = path[: path.rindex(b"/") + 1]
                if directory != last:  # that of the file before, mostly
                    last = directory
                    innermost = npm.innermost(directory, below, NOBODY)
                owner[path] = innermost

    def columns(self) -> tuple[array[int], ...]:
        """The owners by entry."""
        return tuple(self._column(scan) for scan in self.stack.scans)

    def _column(self, scan: Scan | None) -> array[int]:
        paths = scan.paths if scan is not None else []
        if not self.layers:
            return array("i", (NOBODY,)) * len(paths)
        return array("i", map(self.owner.get, paths, repeat(NOBODY)))


def _no_directories(scan: Scan) -> Iterator[bytes]:
    return compress(scan.paths, map(_DIRECTORY.__ne__, scan.kinds))
