"""Where a directory really is: a package lists `/bin/ls`, and `bin` is a symbolic link to
`usr/bin`.
"""

from __future__ import annotations

from lightship.image.databases.package_lists import parent
from lightship.image.scan import EntryKind
from lightship.image.stack import NEVER, Stack
from lightship.image.tar import clean

# 4096 and 40 are Linux' (PATH_MAX, MAXSYMLINKS)
_MOST_PARTS, _MOST_BYTES, _MOST_LINKS = (
    64,
    4096,
    40,
)
_MOST_KNOWN, _MOST_REMEMBERED = 50_000, 1024  # directories, and bytes of one


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
        self.known: dict[bytes, tuple[bytes, ...]] = {}  # what `prefixes` said

    def prefixes(self, directory: bytes) -> tuple[bytes, ...]:
        """What stands before the name of a file in a directory: the directory itself, and
        where it really is.
        """
        said = directory[1:] if directory[:1] == b"/" else directory
        if len(said) <= _MOST_BYTES:
            said = clean(said)
        found: tuple[bytes, ...] = (said + b"/" if said else b"",)
        if self.links:
            real = self._walk(said, 0)
            if real is not None and real != said:
                found = (*found, real + b"/" if real else b"")
        if len(directory) <= _MOST_REMEMBERED:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            self.known[directory] = found
        return found

    def file(self, path: bytes) -> bytes:
        """The file that a path leads to; the path itself where that cannot be said."""
        found = self._walk(path, 0)
        return path if found is None else found

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
            said = self.links[link]
            if links < _MOST_LINKS and len(said) <= _MOST_BYTES:
                self.targets[link] = self._walk(
                    said if said[:1] == b"/" else parent(link) + b"/" + said, links + 1
                )
        return self.targets[link]
