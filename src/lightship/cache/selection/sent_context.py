"""`SentContext`: what is sent of a build context and what each selection takes of it, kept up
to date while files change.

A commit changes a few paths of thousands: only those are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lightship.cache.selection.context_tree import ContextChange, FileTree
from lightship.cache.selection.selected import Selected, SentEntry, SentFiles
from lightship.cache.selection.selection import Selection
from lightship.context.files import FileKind
from lightship.context.ignore import Ignore
from lightship.text import decode

# A directory that git knows by its files alone
_USUAL = SentEntry(FileKind.DIRECTORY, 0o755, str)
Read = Callable[[str], bytes | None]
_Counts = defaultdict[str, int]


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
        # How many entries are directly in a directory, and how many of them are sent
        self._inside: _Counts = defaultdict(int)
        self._sent_inside: _Counts = defaultdict(int)
        # Directories to look at again, by their depth
        self._touched: defaultdict[int, set[str]] = defaultdict(set)
        self.entries: dict[str, SentEntry] = {}
        self.files = 0  # and symlinks, that are sent
        self.links: dict[str, str] = {}
        self.selected: dict[Selection, Selected] = {}
        for selection in selections:
            self.selected[selection] = Selected(selection)
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

        sent = self._all_sent()
        for selected in self.selected.values():
            selected.start(sent)
        self.changed = {}

    def _all_sent(self) -> SentFiles:
        paths = sorted(self.entries)
        return SentFiles(self.entries, self.links, paths)

    def apply(self, changes: Iterable[ContextChange], read: Read) -> None:
        """What a commit changed; `read` gives the target of a symlink."""
        old_links = self.links.copy()
        changed: dict[str, None] = {}
        for change in changes:
            changed[change.path] = None
            self._replace(change, read)
        directories = self._refresh()
        changed |= dict.fromkeys(directories)

        links_changed = old_links != self.links
        self._select(changed, restart=links_changed)

    def _replace(self, change: ContextChange, read: Read) -> None:
        """What was at a path goes, what a commit put there comes."""
        path = change.path
        file = change.file
        self._remove(path)
        if file is None:
            return
        identity = partial(str, change.identity)
        entry = SentEntry(file.kind, file.mode, identity)
        self._add(path, entry, read)

    def _select(self, changed: Iterable[str], *, restart: bool) -> None:
        """Tell each selection what changed; where symlinks did, or count, it starts again."""
        # Sorted once, and only where it is needed
        sent: SentFiles | None = None
        self.changed = {}
        for selection, selected in self.selected.items():
            if restart or selected.follows:
                if sent is None:
                    sent = self._all_sent()
                differing = selected.restart(sent)
            else:
                differing = self._put(selected, changed)
            if differing:
                self.changed[selection] = differing

    def _put(self, selected: Selected, changed: Iterable[str]) -> set[str]:
        """Tell a selection what changed; those of the paths that it takes."""
        entries = self.entries
        differing: set[str] = set()
        for path in changed:
            entry = entries.get(path)
            if selected.put(path, entry):
                differing.add(path)
        return differing

    def _add(self, path: str, entry: SentEntry, read: Read) -> None:
        was_there = self._exists(path)
        self._all[path] = entry
        if not was_there:
            self._count_inside(path, 1)

        if entry.kind is FileKind.DIRECTORY:
            self._touch(path)
            return
        if self._walk.leaves_out(path):
            self._set(path, None)  # the directory that stood here
            return

        self._set(path, entry)
        self.files += 1
        if entry.kind is FileKind.SYMLINK:
            target = read(path) or b""
            self.links[path] = decode(target)

    def _remove(self, path: str) -> None:
        entry = self._all.pop(path, None)
        if entry is None:
            return

        is_file = entry.kind is not FileKind.DIRECTORY
        if is_file and path in self.entries:
            self.files -= 1
            self._set(path, None)
            self.links.pop(path, None)
        self._touch(path)
        if not self._exists(path):
            self._count_inside(path, -1)

    def _exists(self, path: str) -> bool:
        """Whether there is an entry, known or for what lies in it."""
        if path in self._all:
            return True
        return self._inside.get(path, 0) > 0

    def _count_inside(self, path: str, number: int) -> None:
        """Count an entry that came (1) or went (-1), and the directories that do with it."""
        folder = _parent(path)
        while folder:
            before = self._inside[folder]
            after = before + number
            self._inside[folder] = after
            if before and after:
                return
            self._touch(folder)
            if folder in self._all:
                return
            folder = _parent(folder)

    def _touch(self, path: str) -> None:
        depth = path.count("/")
        self._touched[depth].add(path)

    def _refresh(self) -> list[str]:
        """See which of the touched directories there are now, the deepest first.

        Those whose entry has changed.
        """
        changed: list[str] = []
        deepest = max(self._touched, default=-1)
        for depth in range(deepest, -1, -1):
            # What changes here touches the directories one level up
            for path in self._touched.pop(depth, ()):
                has_changed = self._refresh_directory(path)
                if has_changed:
                    changed.append(path)
        return changed

    def _refresh_directory(self, path: str) -> bool:
        """See whether a directory is sent now; whether its entry has changed."""
        known = self._all.get(path)
        if known is not None and known.kind is not FileKind.DIRECTORY:
            return False  # a file has come in the directory's place

        sent = self._directory(path)
        before = self.entries.get(path)
        if sent is not None and not self._is_sent(path):
            sent = None
        if sent == before:
            return False
        self._set(path, sent)
        return True

    def _is_sent(self, path: str) -> bool:
        """Whether a directory is sent: none leaves it out, or something in it is sent."""
        if not self._is_out(path):
            return True
        return self._sent_inside.get(path, 0) > 0

    def _directory(self, path: str) -> SentEntry | None:
        """The directory at a path: one that is known, or that is there for what lies in it."""
        known = self._all.get(path)
        if known is not None and known.kind is FileKind.DIRECTORY:
            return known
        if self._inside.get(path, 0) > 0:
            return _USUAL
        return None

    def _set(self, path: str, entry: SentEntry | None) -> None:
        """Send an entry, or with None nothing at this path."""
        was_sent = path in self.entries
        if entry is None:
            self.entries.pop(path, None)
        else:
            self.entries[path] = entry

        is_sent = entry is not None
        folder = _parent(path)
        if not folder or was_sent == is_sent:
            return
        more = 1 if is_sent else -1
        self._sent_inside[folder] += more
        self._touch(folder)

    def _is_out(self, path: str) -> bool:
        known = self._out.get(path)
        if known is not None:
            return known
        is_out = self._walk.leaves_out(path)
        self._out[path] = is_out
        return is_out


def _parent(path: str) -> str:
    """The directory that holds a path; empty for the root."""
    folder, _slash, _name = path.rpartition("/")
    return folder


def above(path: str) -> Iterator[str]:
    """Each directory above a path, from the root down, without the root."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
