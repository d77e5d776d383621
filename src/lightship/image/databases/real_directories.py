"""Where a directory really is: a package lists `/bin/ls`, and `bin` is a symbolic link to
`usr/bin`.
"""

from __future__ import annotations

from lightship.image.scan import EntryKind
from lightship.image.stack import NEVER, Stack
from lightship.image.symlinks import real_path
from lightship.image.tar_names import clean

_MOST_BYTES = 4096  # of a path, Linux' PATH_MAX
_MOST_KNOWN = 50_000  # directories
_MOST_REMEMBERED = 1024  # bytes of a directory


class Directories:
    """Directories as they are named -> as they are.

    Paths that go in a circle, or beyond Linux' limits, are taken as they stand.
    """

    def __init__(self, stack: Stack) -> None:
        self.links = {
            scan.paths[index]: target
            for scan, gone in zip(stack.scans, stack.gone, strict=True)
            if scan is not None
            for index, target in scan.links.items()
            if gone[index] == NEVER and scan.kinds[index] == EntryKind.SYMLINK
        }
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
            real = real_path(named, self.links.get)
            if real is not None and real != named:
                prefixes = (*prefixes, _before(real))

        if len(directory) <= _MOST_REMEMBERED:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            self.known[directory] = prefixes
        return prefixes

    def file(self, path: bytes) -> bytes:
        """The file that a path leads to; the path itself where that cannot be said."""
        real = real_path(path, self.links.get)
        return path if real is None else real


def _before(directory: bytes) -> bytes:
    """What stands before a name in a directory."""
    return directory + b"/" if directory else b""
