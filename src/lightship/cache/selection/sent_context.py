"""`SentContext`: what is sent of a build context and what each selection takes of it, kept up
to date while files change.

A commit changes a few paths of thousands: only those are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lightship.cache.selection.context_tree import ContextChange, FileTree
from lightship.cache.selection.selected import Selected, SentEntry
from lightship.cache.selection.selection import Selection
from lightship.context.files import FileKind
from lightship.context.ignore import Ignore
from lightship.text import decode

# A directory that git knows by its files alone
_USUAL = SentEntry(FileKind.DIRECTORY, 0o755, str)
Read = Callable[[str], bytes | None]


class SentContext:
    """The entries that are sent, and what selections take of them.

    Directories are sent where no pattern leaves them out, whatever they hold, and above everything
    that is sent (tonistiigi/fsutil, filter.go). `changed` gives for each selection the paths by
    which the last `apply` changed it.
    """

    def __init__(self, ignore: Ignore, selections: Iterable[Selection]) -> None:
        self._walk = ignore.walk()
        self._out: dict[str, bool] = {}  # of directories
        self._all: dict[str, SentEntry] = {}  # what there is, sent or not
        self._below: dict[str, int] = {}  # how much there is below a directory
        self._sent_below: dict[str, int] = {}  # how much of it is sent for its own sake
        # What is sent for its own sake, and not for what lies in it
        self._own: set[str] = set()
        self._touched: set[str] = set()  # directories to look at again
        self.entries: dict[str, SentEntry] = {}
        self.files = 0  # and symlinks, that are sent
        self.links: dict[str, str] = {}
        self.taken = {selection: Selected(selection) for selection in selections}
        self.changed: dict[Selection, set[str]] = {}

    def leaves_out(self, path: str) -> bool:
        """Whether the ignore file leaves a path out."""
        return self._walk.leaves_out(path)

    def fill(self, tree: FileTree) -> None:
        """A whole tree at once."""
        for path, file in tree.files.items():
            self._add(
                path, SentEntry(file.kind, file.mode, _identity(tree, path)), tree.read
            )
        self._refresh()
        paths = sorted(self.entries)
        for taken in self.taken.values():
            taken.start(self.entries, self.links, paths)
        self.changed = {}

    def apply(self, changes: Iterable[ContextChange], read: Read) -> None:
        """What a commit changed; `read` gives the target of a symlink."""
        before = dict(self.links) if self.links else {}
        changed: dict[str, None] = {}
        for change in changes:
            changed[change.path] = None
            self._remove(change.path)
            if change.file is not None:
                entry = SentEntry(
                    change.file.kind, change.file.mode, partial(str, change.identity)
                )
                self._add(change.path, entry, read)
        changed |= dict.fromkeys(self._refresh())
        self.changed = {}
        is_moved = before != self.links
        paths = (
            sorted(self.entries)
            if is_moved or any(taken.follows for taken in self.taken.values())
            else []
        )
        for selection, taken in self.taken.items():
            if is_moved or taken.follows:
                found = taken.restart(self.entries, self.links, paths)
            else:
                found = {
                    path for path in changed if taken.put(path, self.entries.get(path))
                }
            if found:
                self.changed[selection] = found

    def _add(self, path: str, entry: SentEntry, read: Read) -> None:
        self._all[path] = entry
        if entry.kind is FileKind.DIRECTORY:
            self._touched.add(path)
        elif self._walk.leaves_out(path):
            self.entries.pop(path, None)  # the directory that stood here
        else:
            self.entries[path] = entry
            self.files += 1
            self._count_own(path, 1)
            if entry.kind is FileKind.SYMLINK:
                self.links[path] = decode(read(path) or b"")
        for folder in above(path):
            self._below[folder] = self._below.get(folder, 0) + 1
            self._touched.add(folder)

    def _remove(self, path: str) -> None:
        entry = self._all.pop(path, None)
        if entry is None:
            return
        if entry.kind is FileKind.DIRECTORY:
            self._touched.add(path)
        elif self.entries.pop(path, None) is not None:
            self.files -= 1
            self._count_own(path, -1)
            self.links.pop(path, None)
        for folder in above(path):
            self._below[folder] -= 1
            self._touched.add(folder)

    def _count_own(self, path: str, number: int) -> None:
        for folder in above(path):
            self._sent_below[folder] = self._sent_below.get(folder, 0) + number

    def _refresh(self) -> list[str]:
        """See which of the touched directories there are now, the deepest first.

        Those whose entry has changed.
        """
        changed = []
        for path in sorted(self._touched, key=lambda path: -path.count("/")):
            known = self._all.get(path)
            entry = (
                known
                if known is not None and known.kind is FileKind.DIRECTORY
                else None
            )
            if entry is None and self._below.get(path):
                entry = _USUAL
            own = entry is not None and not self._is_out(path)
            if own != (path in self._own):
                (self._own.add if own else self._own.discard)(path)
                self._count_own(path, 1 if own else -1)
            sent = entry if own or self._sent_below.get(path) else None
            if known is not None and known.kind is not FileKind.DIRECTORY:
                continue  # a file has come in the directory's place
            if sent != self.entries.get(path):
                changed.append(path)
                self._set(path, sent)
        self._touched.clear()
        return changed

    def _set(self, path: str, entry: SentEntry | None) -> None:
        if entry is None:
            self.entries.pop(path, None)
        else:
            self.entries[path] = entry

    def _is_out(self, path: str) -> bool:
        found = self._out.get(path)
        if found is None:
            found = self._out[path] = self._walk.leaves_out(path)
        return found


def above(path: str) -> Iterator[str]:
    """Each directory above a path, from the root down, without the root."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def _identity(tree: FileTree, path: str) -> Callable[[], str]:
    return lambda: tree.identity(path)
