"""`SentContext`: what is sent of a build context and what each selection takes of it, kept up
to date while files change.

A commit changes a few paths of thousands: only those are looked at.
"""

from __future__ import annotations

from collections import defaultdict
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
        # How much there is below a directory, and how much of it is sent for its own sake
        self._below: defaultdict[str, int] = defaultdict(int)
        self._sent_below: defaultdict[str, int] = defaultdict(int)
        # What is sent for its own sake, and not for what lies in it
        self._own: set[str] = set()
        self._touched: set[str] = set()  # directories to look at again
        self.entries: dict[str, SentEntry] = {}
        self.files = 0  # and symlinks, that are sent
        self.links: dict[str, str] = {}
        self.selected = {selection: Selected(selection) for selection in selections}
        self.changed: dict[Selection, set[str]] = {}

    def leaves_out(self, path: str) -> bool:
        """Whether the ignore file leaves a path out."""
        return self._walk.leaves_out(path)

    def fill(self, tree: FileTree) -> None:
        """A whole tree at once."""
        for path, file in tree.files.items():
            identity = partial(tree.identity, path)
            entry = SentEntry(file.kind, file.mode, identity)
            self._add(path, entry, tree.read)
        self._refresh()

        paths = sorted(self.entries)
        for selected in self.selected.values():
            selected.start(self.entries, self.links, paths)
        self.changed = {}

    def apply(self, changes: Iterable[ContextChange], read: Read) -> None:
        """What a commit changed; `read` gives the target of a symlink."""
        old_links = self.links.copy()
        changed: dict[str, None] = {}
        for change in changes:
            changed[change.path] = None
            self._replace(change, read)
        changed |= dict.fromkeys(self._refresh())

        links_changed = old_links != self.links
        self._select(changed, restart=links_changed)

    def _replace(self, change: ContextChange, read: Read) -> None:
        """What was at a path goes, what a commit put there comes."""
        self._remove(change.path)
        file = change.file
        if file is None:
            return
        identity = partial(str, change.identity)
        entry = SentEntry(file.kind, file.mode, identity)
        self._add(change.path, entry, read)

    def _select(self, changed: Iterable[str], *, restart: bool) -> None:
        """Tell each selection what changed; where symlinks did, or count, it starts again."""
        entries = self.entries
        all_paths: list[str] | None = (
            None  # sorted once, and only where they are needed
        )
        self.changed = {}
        for selection, selected in self.selected.items():
            if restart or selected.follows:
                if all_paths is None:
                    all_paths = sorted(entries)
                differing = selected.restart(entries, self.links, all_paths)
            else:
                put = selected.put
                differing = {path for path in changed if put(path, entries.get(path))}
            if differing:
                self.changed[selection] = differing

    def _add(self, path: str, entry: SentEntry, read: Read) -> None:
        self._all[path] = entry
        self._count_below(path, 1)
        if entry.kind is FileKind.DIRECTORY:
            self._touched.add(path)
            return
        if self._walk.leaves_out(path):
            self.entries.pop(path, None)  # the directory that stood here
            return

        self.entries[path] = entry
        self.files += 1
        self._count_own(path, 1)
        if entry.kind is FileKind.SYMLINK:
            target = read(path) or b""
            self.links[path] = decode(target)

    def _remove(self, path: str) -> None:
        entry = self._all.pop(path, None)
        if entry is None:
            return
        self._count_below(path, -1)
        if entry.kind is FileKind.DIRECTORY:
            self._touched.add(path)
            return

        was_sent = self.entries.pop(path, None) is not None
        if was_sent:
            self.files -= 1
            self._count_own(path, -1)
            self.links.pop(path, None)

    def _count_below(self, path: str, number: int) -> None:
        """The directories above a path hold more or less now, and are looked at again."""
        for folder in above(path):
            self._below[folder] += number
            self._touched.add(folder)

    def _count_own(self, path: str, number: int) -> None:
        """The same of what is sent for its own sake."""
        for folder in above(path):
            self._sent_below[folder] += number

    def _refresh(self) -> list[str]:
        """See which of the touched directories there are now, the deepest first.

        Those whose entry has changed.
        """
        changed: list[str] = []
        for path in sorted(self._touched, key=_depth, reverse=True):
            has_changed = self._refresh_directory(path)
            if has_changed:
                changed.append(path)
        self._touched.clear()
        return changed

    def _refresh_directory(self, path: str) -> bool:
        """See whether a directory is sent now; whether its entry has changed."""
        directory = self._directory(path)
        is_own = directory is not None and not self._is_out(path)
        was_own = path in self._own
        if is_own != was_own:
            self._set_own(path, is_own)

        known = self._all.get(path)
        if known is not None and known.kind is not FileKind.DIRECTORY:
            return False  # a file has come in the directory's place

        is_sent = is_own or self._sent_below.get(path, 0) > 0
        entry = directory if is_sent else None
        if entry == self.entries.get(path):
            return False
        if entry is None:
            del self.entries[path]
        else:
            self.entries[path] = entry
        return True

    def _directory(self, path: str) -> SentEntry | None:
        """The directory at a path: one that is known, or that is there for what lies in it."""
        known = self._all.get(path)
        if known is not None and known.kind is FileKind.DIRECTORY:
            return known
        is_there = self._below.get(path, 0) > 0
        return _USUAL if is_there else None

    def _set_own(self, path: str, is_own: bool) -> None:
        if is_own:
            self._own.add(path)
            self._count_own(path, 1)
        else:
            self._own.discard(path)
            self._count_own(path, -1)

    def _is_out(self, path: str) -> bool:
        is_out = self._out.get(path)
        if is_out is None:
            is_out = self._out[path] = self._walk.leaves_out(path)
        return is_out


def _depth(path: str) -> int:
    return path.count("/")


def above(path: str) -> Iterator[str]:
    """Each directory above a path, from the root down, without the root."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
