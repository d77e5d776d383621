"""Whether a file is as a package brought it, so that everyone can have it without the image.

That is so where

* the file is in the layer that its package was installed in, and its time is not after that: the
  database of the package is in that layer too, and was written last;
* or its content has the sum that a database of the image, of whatever layer, has of the path;
* or no database has a sum of it, and its time is not after that either;
* or it is in a tree of a vendor (`vendor_trees.py`);
* or it is a copy of such a file, as `chmod` in a later layer makes one.

What belongs to a package by its path alone is not: it may have been written over since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from lightship.errors import ImageError
from lightship.image.databases import apk, dpkg, npm, python, rpm
from lightship.image.databases.real_directories import Directories
from lightship.image.owners import UNOWNED, Owners
from lightship.image.read import Contents
from lightship.image.scan import EntryKind, SearchedFile
from lightship.image.stack import reference
from lightship.image.vendor_trees import is_vendors

_FILE = int(EntryKind.FILE)
_MOST_COPIES = 64  # of a file, one over the other
_ONE_LIST = (
    "apk",
    "rpm",
)  # managers whose database has all packages, and is always rewritten

Entry = tuple[int, int]  # (layer, index)
Searched = Mapping[Entry, SearchedFile]


class BroughtFiles:
    """What packages brought, of an image."""

    def __init__(self, contents: Contents, owners: Owners) -> None:
        self._contents = contents
        self._stack = contents.stack
        self._owners = owners
        self._named: dict[bytes, list[int]] = defaultdict(list)
        for number, paths in enumerate(owners.databases):
            for path in paths:
                self._named[path].append(number)
        layers = range(len(contents.stack.scans))
        # By layer: the databases in it, and the packages that they name, each with its time
        self._databases = [dict(self._databases_of(layer)) for layer in layers]
        self._packages = [self._packages_of(layer) for layer in layers]
        self._sizes: dict[tuple[int, bytes], dict[bytes, int]] = {}
        self._paths: dict[int, Collection[bytes]] = {}

    def _databases_of(self, layer: int) -> Iterator[tuple[bytes, int]]:
        """The places of the databases of a layer, by path."""
        scan = self._stack.scans[layer]
        for index in scan.contents if scan is not None else ():
            path = scan.paths[index]  # type: ignore[union-attr]
            yield path, index

    def _packages_of(self, layer: int) -> dict[int, int]:
        """When the packages were installed that the databases of a layer name."""
        times: dict[int, int] = {}
        for path, index in self._databases[layer].items():
            time = self._stack.scan(layer).mtimes[index]
            for number in self._named.get(path, ()):
                times[number] = max(time, times.get(number, time))
        return times

    def is_untouched(self, layer: int, index: int) -> bool:
        """Whether a file was written with its package and not after it, as layers and times tell.

        Nothing of it is read.
        """
        scan = self._stack.scan(layer)
        path = scan.paths[index]
        if b"node_modules/" in path and self._is_of_npm(layer, path):
            return True
        number = self._owners.owner[layer][index]
        installed = self._packages[layer].get(number) if number != UNOWNED else None
        if installed is None:
            return False
        time = scan.mtimes[index]
        manager = self._owners.packages[number].manager
        if manager == "python":
            # A RECORD is often written within the second of its files, but it has their sizes
            return time <= installed and self._has_size(layer, number, index)
        if manager in _ONE_LIST and self._stack.before[layer][index] >= 0:
            return False
        return time < installed

    def _is_of_npm(self, layer: int, path: bytes) -> bool:
        """Whether the innermost package that a path lies in was written in the same layer."""
        return any(
            directory + npm.PACKAGE_JSON in self._databases[layer]
            for directory in npm.directories(path)
        )

    def _has_size(self, layer: int, number: int, index: int) -> bool:
        """Whether a file is as long as a RECORD of its package says."""
        scan = self._stack.scan(layer)
        path, size = scan.paths[index], scan.sizes[index]
        for record in self._owners.databases[number]:
            place = self._databases[layer].get(record)
            if place is None:
                continue
            sizes = self._sizes.get((layer, record))
            if sizes is None:
                sizes = python.sizes(record, scan.contents[place])
                self._sizes[layer, record] = sizes
            if sizes.get(path) == size:
                return True
        return False

    def changed(self, searched: Searched) -> dict[Entry, SearchedFile]:
        """Those files that are not as a package or a vendor brought them."""
        left = {
            entry: found
            for entry, found in searched.items()
            if not self._is_public(*entry)
        }
        sums = self._listed_sums(left) if left else {}
        return {
            entry: found
            for entry, found in left.items()
            if not self._is_listed(entry, found, sums.get(self._path(entry)))
        }

    def _is_listed(
        self,
        entry: Entry,
        found: SearchedFile,
        sums: Collection[bytes] | None,
    ) -> bool:
        """Whether a file has a sum that a database tells of its path.

        Where none does, as in images without dpkg's sums, it may not be newer than its package.
        """
        if sums is not None:
            return not found.sums.isdisjoint(sums)
        layer, index = entry
        number = self._owners.owner[layer][index]
        installed = self._packages[layer].get(number) if number != UNOWNED else None
        return (
            installed is not None and self._stack.scan(layer).mtimes[index] <= installed
        )

    def _is_public(self, layer: int, index: int) -> bool:
        """Whether a file, or the one that it is a copy of, is in its place as it was brought."""
        entry = (layer, index)
        for _ in range(_MOST_COPIES):
            if self.is_untouched(*entry) or self._is_of_vendor(*entry):
                return True
            before = self._stack.before[entry[0]][entry[1]]
            if before < 0 or not self._are_same(reference(before), entry):
                return False
            entry = reference(before)
        return False

    def _is_of_vendor(self, layer: int, index: int) -> bool:
        scan = self._stack.scan(layer)
        paths = self._paths.get(layer)
        if paths is None:
            paths = self._paths[layer] = frozenset(scan.paths)
        return is_vendors(scan.paths[index], paths)

    def _are_same(self, one: Entry, other: Entry) -> bool:
        """Whether two files have the same content."""
        sizes = []
        for layer, index in (one, other):
            scan = self._stack.scan(layer)
            if scan.kinds[index] != _FILE:
                return False
            sizes.append(scan.sizes[index])
        if sizes[0] != sizes[1]:
            return False
        return self._contents.hash_of(*one) == self._contents.hash_of(*other)

    def _path(self, entry: Entry) -> bytes:
        layer, index = entry
        return self._stack.scan(layer).paths[index]

    def _listed_sums(self, entries: Iterable[Entry]) -> dict[bytes, set[bytes]]:
        """The sums that databases of all layers have of the paths of some entries."""
        paths = frozenset(map(self._path, entries))
        names = frozenset(path.rpartition(b"/")[2] for path in paths)
        sums: dict[bytes, set[bytes]] = defaultdict(set)
        for listed, sum_ in self._all_sums():
            if listed.rpartition(b"/")[2] not in names:
                continue
            for path in paths.intersection(self._real_paths(listed)):
                sums[path].add(sum_)
        return sums

    def _all_sums(self) -> Iterator[tuple[bytes, bytes]]:
        """Path and sum of each file that a database has a sum of."""
        for layer, databases in enumerate(self._databases):
            contents = self._stack.scan(layer).contents if databases else {}
            for path, index in databases.items():
                try:
                    yield from _sums(path, contents[index])
                except ImageError:  # said already, where the packages were looked for
                    continue

    def _real_paths(self, listed: bytes) -> Iterator[bytes]:
        """A path as it is listed, and where it leads."""
        directory, _, name = b"/".join((b"", listed.lstrip(b"/"))).rpartition(b"/")
        for start in self._directories.prefixes(directory):
            yield start + name

    @cached_property
    def _directories(self) -> Directories:
        return Directories(self._stack)


def _sums(path: bytes, data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What the database at a path says of files' sums."""
    if path in apk.INSTALLED:
        return apk.sums(path, data)
    if path in rpm.DATABASES:
        return rpm.sums(path, data)
    if path.endswith(python.RECORD):
        return python.sums(path, data)
    return dpkg.sums(path, data)
