"""`Walked`: all that lies below the root of a build context, as the client's walk sees it,
before any ignore file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lightship.context.files import File, FileKind
from lightship.record import record


@record(eq=False)
class Walked:
    """Every entry, directories too, by path; nothing is left out, and no link was followed.

    What is neither file, directory nor symlink is a File of kind FILE without bytes, and `kinds`
    says what it is: fifo, device or socket. `links` are the targets of symlinks. `closed` are the
    directories that cannot be read, with the reason; `unreadable` are files that may not be
    opened.
    """

    files: tuple[File, ...]
    kinds: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    closed: Mapping[str, str] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        files: Mapping[str, int],
        links: Mapping[str, str] | None = None,
    ) -> Walked:
        """One in memory: path to size; directories are those above the files."""
        links = links or {}
        found = [File(path, size) for path, size in files.items()]
        found += [
            File(path, len(target), 0o777, FileKind.SYMLINK)
            for path, target in links.items()
        ]
        above = {
            path[:at]
            for path in (*files, *links)
            for at, char in enumerate(path)
            if char == "/"
        }
        found += [File(path, 0, 0o755, FileKind.DIRECTORY) for path in above]
        return cls(tuple(sorted(found, key=lambda file: file.path)), {}, links)
