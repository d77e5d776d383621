"""Trees of git as files of a build context, and what is different between two of them."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.cache.selection.context_tree import ContextChange, FileTree
from lightship.context.files import File, FileKind
from lightship.errors import GitError
from lightship.history.objects import FOLDER, SUBMODULE, SYMLINK, Entry, Objects
from lightship.text import decode, encode

# Of one tree, or one comparison: a tree of 1 kB can have more entries than any disk.
MOST_ENTRIES = 2_000_000
LONGEST_PATH = 4096  # bytes; Linux opens none that is longer
_MOST_LINKS = 40  # as Linux follows


def tree_of(objects: Objects, root: bytes | None) -> FileTree:
    """All files below a tree, with `root` as the root of the build context.

    An empty Tree where there is no tree.
    """
    # All of them, before a File is made of each: there may be too many.
    rows = list(_listed(objects, root))
    files = {path: file_of(objects, path, entry) for path, entry in rows}
    ids = {path: entry[1] for path, entry in rows}

    def identity(path: str) -> str:
        return ids[path].hex()

    def read(path: str) -> bytes | None:
        id_ = ids.get(path)
        return objects.blob(id_) if id_ else None

    def pieces(path: str) -> tuple[bytes]:
        data = objects.whole(ids[path])
        return (data,)

    return FileTree(files, identity, read, pieces=pieces)


def file_of(objects: Objects, path: str, entry: Entry) -> File:
    """One entry as a clone has it.

    Where a submodule is, a clone without --recurse-submodules has an empty directory.
    """
    mode, id_ = entry
    if mode == SUBMODULE:
        return File(path, 0, 0o755, FileKind.DIRECTORY)
    size = objects.size(id_)
    if mode == SYMLINK:
        return File(path, size, 0o777, FileKind.SYMLINK)
    return File(path, size, mode & 0o777)


def changes(
    objects: Objects, before: bytes | None, after: bytes | None
) -> tuple[ContextChange, ...]:
    """What one tree has against another, by path; only directories whose ids differ are opened.

    Nothing is taken for a rename. That a submodule is at another commit is not a change: its
    directory is empty.
    """
    entries = dict(_differences(objects, before, after))
    changed = [_change(objects, path, entry) for path, entry in entries.items()]
    changed.sort(key=lambda change: change.path)
    return tuple(changed)


def _change(objects: Objects, path: str, entry: Entry | None) -> ContextChange:
    """What now stands at a path, as a change."""
    if entry is None:
        return ContextChange(path, None)
    file = file_of(objects, path, entry)
    return ContextChange(path, file, entry[1].hex())


def entry_at(objects: Objects, root: bytes, path: str) -> Entry | None:
    """What stands at a path below a tree; the tree itself for an empty path."""
    entry: Entry | None = (FOLDER, root)
    if not path:
        return entry
    for name in encode(path).split(b"/"):
        if entry is None or entry[0] != FOLDER:
            return None
        entries = objects.folder(entry[1])
        entry = entries.get(name)
    return entry


def folder_at(objects: Objects, root: bytes, path: str) -> bytes | None:
    """The tree at a path; None where there is none, or something else stands there."""
    return _folder_id(entry_at(objects, root, path))


def file_at(objects: Objects, root: bytes, path: str) -> bytes | None:
    """The bytes of the file at a path; None where there is none.

    Symlinks are followed, but never out of the tree.
    """
    waiting = path.split("/")
    waiting.reverse()
    reached: list[str] = []
    links = 0
    while waiting:
        name = waiting.pop()
        if name in {"", "."}:
            continue
        if name == "..":
            if not reached:
                return None
            reached.pop()
            continue

        place = "/".join((*reached, name))
        entry = entry_at(objects, root, place)
        if entry is None or entry[0] != SYMLINK:
            reached.append(name)
            continue
        links += 1
        data = objects.blob(entry[1]) or b""
        target = decode(data)
        if links > _MOST_LINKS or len(target) > LONGEST_PATH:
            return None
        if target.startswith("/"):
            return None
        parts = target.split("/")
        waiting += reversed(parts)

    place = "/".join(reached)
    entry = entry_at(objects, root, place)
    if entry is None or entry[0] in {FOLDER, SUBMODULE}:
        return None
    return objects.blob(entry[1])


def _listed(objects: Objects, root: bytes | None) -> Iterator[tuple[str, Entry]]:
    """Every entry below a tree that is not a directory."""
    waiting = [("", root)]
    count = 0
    while waiting:
        above, id_ = waiting.pop()
        entries = objects.folder(id_)
        count = _counted(count + len(entries), above)
        for name, entry in entries.items():
            path = above + decode(name)
            if entry[0] != FOLDER:
                yield path, entry
            else:
                waiting.append((path + "/", entry[1]))


def _differences(
    objects: Objects, before: bytes | None, after: bytes | None
) -> Iterator[tuple[str, Entry | None]]:
    """Every path at which something else stands than before, None where nothing does any more."""
    waiting = [("", before, after)]
    count = 0
    while waiting:
        above, old_id, new_id = waiting.pop()
        if old_id == new_id:
            continue
        old, new = objects.folder(old_id), objects.folder(new_id)
        names = [name for name, entry in new.items() if old.get(name) != entry]
        names += old.keys() - new.keys()
        count = _counted(count + len(names), above)
        for name in names:
            path = above + decode(name)
            was, is_ = old.get(name), new.get(name)
            if _is_folder(was) or _is_folder(is_):
                waiting.append((path + "/", _folder_id(was), _folder_id(is_)))
            if is_ is not None and not _is_folder(is_):
                yield path, is_
            elif was is not None and not _is_folder(was):
                yield path, None


def _is_folder(entry: Entry | None) -> bool:
    return entry is not None and entry[0] == FOLDER


def _folder_id(entry: Entry | None) -> bytes | None:
    if entry is None or entry[0] != FOLDER:
        return None
    return entry[1]


def _counted(count: int, above: str) -> int:
    """The count, where it is one that a disk could have.

    A GitError for more, or for a path that is too long.
    """
    if count > MOST_ENTRIES:
        raise GitError(f"a commit with more than {MOST_ENTRIES:,} files is not read")
    if len(above) > LONGEST_PATH:
        raise GitError(f"a commit nests directories too deep: {above[:60]}…")
    return count
