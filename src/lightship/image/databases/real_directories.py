"""Where a directory really is: a package lists `/bin/ls`, and `bin` is a symbolic link to
`usr/bin`.
"""

from __future__ import annotations

from lightship.image.databases.package_lists import parent
from lightship.image.scan import EntryKind
from lightship.image.stack import NEVER, Stack
from lightship.image.tar import clean

# 4096 and 40 are Linux' (PATH_MAX, MAXSYMLINKS)
_MOST_PARTS = 64
_MOST_BYTES = 4096
_MOST_LINKS = 40
_MOST_KNOWN = 50_000  # directories
_MOST_REMEMBERED = 1024  # bytes of a directory


class Directories:
    """Directories as they are named -> as they are.

    Each link is worked out once, so that a cycle ends at once.

    Paths that are beyond Linux' limits, or deeper than 64, are taken as they stand.
    """

    def __init__(self, stack: Stack) -> None:
        self.links = {
            scan.paths[index]: target
            for scan, gone in zip(stack.scans, stack.gone, strict=True)
            if scan is not None
            for index, target in scan.links.items()
            if gone[index] == NEVER and scan.kinds[index] == EntryKind.SYMLINK
        }
        # Of links, where they were asked for; None: nowhere
        self.targets: dict[bytes, bytes | None] = {}
        self.known: dict[bytes, tuple[bytes, ...]] = {}  # by `prefixes`

    def prefixes(self, directory: bytes) -> tuple[bytes, ...]:
        """What stands before the name of a file in a directory: the directory itself, and
        where it really is.
        """
        named = directory.removeprefix(b"/")
        if len(named) <= _MOST_BYTES:
            named = clean(named)
        prefixes: tuple[bytes, ...] = (_before(named),)
        if self.links:
            real = self._walk(named, 0)
            if real is not None and real != named:
                prefixes = (*prefixes, _before(real))

        if len(directory) <= _MOST_REMEMBERED:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            self.known[directory] = prefixes
        return prefixes

    def file(self, path: bytes) -> bytes:
        """The file that a path leads to; the path itself where that cannot be said."""
        real = self._walk(path, 0)
        return path if real is None else real

    def _walk(self, path: bytes, links: int) -> bytes | None:
        """A path part by part; None where it leads nowhere, or too far."""
        if len(path) > _MOST_BYTES or path.count(b"/") >= _MOST_PARTS:
            return None
        here = b""
        for part in path.split(b"/"):
            if part == b"..":
                here = parent(here)
            elif part not in (b"", b"."):
                here = here + b"/" + part if here else part
                if here in self.links:
                    target = self._target(here, links)
                    if target is None:
                        return None
                    here = target
                elif len(here) > _MOST_BYTES:
                    return None
        return here

    def _target(self, link: bytes, links: int) -> bytes | None:
        """Where a link leads; at most forty calls deep."""
        if link not in self.targets:
            # What comes back to it meanwhile goes in a circle
            self.targets[link] = None
            target = self.links[link]
            if links < _MOST_LINKS and len(target) <= _MOST_BYTES:
                if target[:1] != b"/":
                    target = parent(link) + b"/" + target
                self.targets[link] = self._walk(target, links + 1)
        return self.targets[link]


def _before(directory: bytes) -> bytes:
    """What stands before a name in a directory."""
    return directory + b"/" if directory else b""
