"""The user's files: the only module that finds, reads and writes them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, BinaryIO, cast

from lightship.context.files import CLOSED_NAMES, LONGEST_READ, Context, File, FileKind
from lightship.context.walked import Walked
from lightship.errors import FileError
from lightship.record import record
from lightship.regex import regex

if TYPE_CHECKING:
    from hashlib import _Hash

    from pathspec import GitIgnoreSpec

    from lightship.cache.tree import Tree
    from lightship.image.blob import Blob, Stream

STDIN = "-"
NAMES = regex(
    r"(?:Dockerfile|dockerfile|Containerfile)(?:\..+)?|.+\.(?:[Dd]ockerfile|[Cc]ontainerfile)"
)
# Named like a Dockerfile, but something else: ignore files, templates, and what editors and merges leave behind.
OTHERS = regex(
    r".*(?:~|\.(?:dockerignore|containerignore|j2|jinja2?|tmpl|tpl|template|erb|mustache|in|md|orig|rej|bak|swp))"
)
MOST_WALKED = 2_000_000  # entries of a walk that is whole
# Directories that hold what others wrote.
SKIPPED = frozenset(
    {".git", ".hg", ".svn", ".venv", ".tox", ".nox", "node_modules", "__pycache__"}
)


@record
class Ignored:
    """Patterns in .gitignore's language, and the directory that they are relative to."""

    base: str
    spec: GitIgnoreSpec


def is_dockerfile(name: str) -> bool:
    """Whether a file of that name is taken for a Dockerfile when a directory is searched."""
    return NAMES.fullmatch(name) is not None and OTHERS.fullmatch(name) is None


def find(paths: Iterable[str], exclude: Sequence[Ignored] = ()) -> Iterator[str]:
    """The Dockerfiles that `paths` name, in order, each once: files as they are, directories searched."""
    seen: set[str] = set()
    for path in paths:
        for found in _search(path, exclude) if os.path.isdir(path) else (path,):
            if (key := os.path.abspath(found)) not in seen:
                seen.add(key)
                yield found


def read(path: str) -> bytes:
    """The bytes of a file; of standard input for `-`."""
    if path == STDIN:
        return sys.stdin.buffer.read()
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read {path}: {_reason(error)}") from error


def open_context(root: str, dockerfile: str) -> Context:
    """The build context in a directory, for a Dockerfile that may lie elsewhere; nothing is read before it is asked."""
    if not os.path.isdir(root):
        raise FileError(f"cannot read the build context {root}: not a directory")
    relative = (
        None
        if dockerfile == STDIN
        else os.path.relpath(os.path.abspath(dockerfile), os.path.abspath(root))
    )
    return Context(
        lambda: _walk(root),
        lambda path: _read_regular(os.path.join(root, path)),
        relative,
    )


def open_whole_context(
    root: str, dockerfile: str | None, most: int = MOST_WALKED
) -> tuple[Context, Walked]:
    """The build context in a directory and all that was found in it: unlike `open_context` this walks at once.

    `dockerfile` is None where there is none. A FileError for more than `most` entries.
    """
    if not os.path.isdir(root):
        raise FileError(f"cannot read the build context {root}: not a directory")
    relative = (
        None
        if dockerfile is None
        else os.path.relpath(os.path.abspath(dockerfile), os.path.abspath(root))
    )
    walked = _walk_all(root, most)
    context = Context(
        lambda: walked.files,
        lambda path: _read_regular(os.path.join(root, path)),
        relative,
        most,
    )
    return context, walked


def folder_tree(root: str) -> Tree:
    """Everything below a directory, as a cache key sees it; a FileError for more than MOST_WALKED entries.

    Bytes are read, and hashed as git names a blob, when they are asked for; links are not followed. A pipe, a device or
    a socket has no bytes, and its kind for an identity; a file that may not be opened is sent empty, and named so.
    """
    from hashlib import sha1  # noqa: PLC0415 - 2 ms that no linter needs

    from lightship.cache.tree import Tree, blob_id  # noqa: PLC0415 - as above

    if not os.path.isdir(root):
        raise FileError(f"cannot read the directory {root}: not a directory")
    walked = _walk_all(root, MOST_WALKED)
    files = {file.path: file for file in walked.files}

    @cache
    def identity(path: str) -> str:
        kind = files[path].kind
        if kind is FileKind.SYMLINK:
            return blob_id(os.fsencode(walked.links[path]))
        if (
            kind is not FileKind.FILE
            or path in walked.kinds
            or path in walked.unreadable
        ):
            return walked.kinds.get(
                path, "unreadable" if path in walked.unreadable else ""
            )
        return hash_file(
            os.path.join(root, path),
            lambda size: sha1(b"blob %d\0" % size, usedforsecurity=False),
        )

    def read_one(path: str) -> bytes | None:
        if path in walked.links:
            return os.fsencode(walked.links[path])
        if (
            path not in files
            or files[path].kind is not FileKind.FILE
            or files[path].size > LONGEST_READ
        ):
            return None
        return _read_regular(os.path.join(root, path))

    def time(path: str) -> int | None:
        try:
            return os.lstat(os.path.join(root, path)).st_mtime_ns
        except OSError:
            return None

    return Tree(
        files, identity, read_one, time, lambda path: _pieces(os.path.join(root, path))
    )


def _pieces(path: str) -> Iterator[bytes]:
    """The bytes of a file; none of what is no regular file."""
    flags = (
        os.O_RDONLY
        | getattr(os, "O_NOFOLLOW", 0)
        | getattr(os, "O_NONBLOCK", 0)
        | getattr(os, "O_BINARY", 0)
    )
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                while data := file.read(1 << 20):
                    yield data
    except OSError as error:
        raise FileError(f"cannot read {path}: {_reason(error)}") from error


def write_tree(tree: Tree, paths: Iterable[str], folder: str) -> None:
    """Write entries of a tree into an empty directory of our own, with their modes; a FileError for what cannot be.

    A path leads nowhere else: each part of it is made here, and no symlink that was written is followed.
    """
    modes: dict[str, int] = {}
    for path in sorted(paths):
        file, place = tree.files.get(path), os.path.join(folder, path)
        above = [path[:at] for at, char in enumerate(path) if char == "/"]
        is_under_file = any(
            each in tree.files and tree.files[each].kind is not FileKind.DIRECTORY
            for each in above
        )
        if os.path.isabs(path) or ".." in path.split("/") or is_under_file:
            raise FileError(f"cannot write {path}: it leads out of the build context")
        try:
            os.makedirs(
                place
                if file is None or file.kind is FileKind.DIRECTORY
                else os.path.dirname(place),
                exist_ok=True,
            )
            if file is None or file.kind is FileKind.DIRECTORY:
                modes[place] = file.mode if file is not None else 0o755
            elif file.kind is FileKind.SYMLINK:
                os.symlink(os.fsdecode(tree.read(path) or b""), place)
            else:
                _write_pieces(
                    place,
                    file.mode,
                    tree.pieces(path) if tree.pieces else (tree.read(path) or b"",),
                )
        except OSError as error:
            raise FileError(f"cannot write {place}: {_reason(error)}") from error
    for place, mode in sorted(modes.items(), reverse=True):
        os.chmod(place, mode | 0o700)  # or it could not be taken away again


def _write_pieces(place: str, mode: int, pieces: Iterable[bytes]) -> None:
    handle = os.open(
        place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
    )
    with os.fdopen(handle, "wb") as file:
        file.writelines(pieces)
        os.fchmod(file.fileno(), mode)


def hash_file(path: str, start: Callable[[int], _Hash]) -> str:
    """The hex digest of a file's bytes, read in pieces, on top of what `start` makes of its size.

    A link or a pipe that took the file's place meanwhile is neither followed nor waited for.
    """
    flags = (
        os.O_RDONLY
        | getattr(os, "O_NOFOLLOW", 0)
        | getattr(os, "O_NONBLOCK", 0)
        | getattr(os, "O_BINARY", 0)
    )
    try:
        handle = os.open(path, flags)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise FileError(f"cannot read {path}: not a regular file")
            state = start(status.st_size)
            piece = min(status.st_size + 1, 1 << 20)  # a piece costs its whole length
            while data := os.read(handle, piece):
                state.update(data)
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read {path}: {_reason(error)}") from error
    return state.hexdigest()


def path_inside(path: str, root: str) -> str | None:
    """`path` relative to the directory `root`, with `/`; None where it lies elsewhere."""
    relative = os.path.relpath(os.path.abspath(path), os.path.abspath(root))
    return (
        None
        if relative.split(os.sep)[0] == os.pardir
        else relative.replace(os.sep, "/")
    )


def write(path: str, data: bytes) -> None:
    """Replace a file at once: whoever reads it sees the old bytes or the new ones, never a part.

    A symbolic link stays, and what it points to is replaced. Mode and owner stay as they are.
    """
    import tempfile  # noqa: PLC0415 - 5 ms, and most runs write nothing

    target = os.path.realpath(path)
    try:
        before = os.stat(target) if os.path.exists(target) else None
        if before is not None and not stat.S_ISREG(before.st_mode):
            raise FileError(f"cannot write {path}: not a regular file")
        handle, temporary = tempfile.mkstemp(
            prefix=".lightship-", dir=os.path.dirname(target)
        )
        try:
            _fill(handle, data, before)
            os.replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise FileError(f"cannot write {path}: {_reason(error)}") from error


@contextmanager
def open_blob(path: str) -> Iterator[Blob | Stream]:
    """A file that can be read at any place, by several threads; what is none (a pipe) as a Stream."""
    try:
        file = open(path, "rb")  # noqa: SIM115 - what goes wrong inside the `with` is not about opening it
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read {path}: {_reason(error)}") from error
    with file:
        yield blob_of_handle(file, path)


def blob_of_handle(file: BinaryIO, name: str) -> Blob | Stream:
    """A file that is open; itself where it is no regular file, or something was read of it already."""
    from lightship.image.blob import Blob, Reader  # noqa: PLC0415 - `lightship lint` reads no images

    try:
        handle = file.fileno()
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or file.tell():
            return file
    except (OSError, ValueError):
        return file

    def cut(start: int, size: int, part: str) -> Blob:
        def read_at(offset: int, length: int) -> bytes:
            if offset + length > size:
                length = max(size - offset, 0)
            try:
                data = pread(handle, length, start + offset)
                while 0 < len(data) < length and (
                    more := pread(
                        handle, length - len(data), start + offset + len(data)
                    )
                ):
                    data += more
            except OSError as error:
                raise FileError(f"cannot read {name}: {_reason(error)}") from error
            return data

        return Blob(part, size, read_at, lambda: Reader(read_at), cut=cut)

    pread = os.pread
    return cut(0, status.st_size, name)


@contextmanager
def spooled(stream: Stream, most: int, name: str) -> Iterator[Blob]:
    """All bytes of a stream, in a file without a name, which is gone at the end. An ImageError for more than `most`."""
    import tempfile  # noqa: PLC0415 - 5 ms, and most runs keep nothing

    from lightship.image.blob import Blob  # noqa: PLC0415 - as above
    from lightship.image.limits import over  # noqa: PLC0415

    with tempfile.TemporaryFile(prefix="lightship-") as file:
        size = 0
        while data := stream.read(1 << 20):
            size += len(data)
            if size > most:
                raise over("layer_bytes", most, name)
            try:
                file.write(data)
            except OSError as error:
                raise FileError(
                    f"cannot keep {name} in {tempfile.gettempdir()}: {_reason(error)}"
                ) from error
        file.flush()
        file.seek(0)
        found = blob_of_handle(cast("BinaryIO", file), name)
        assert isinstance(found, Blob)
        yield found


def gitignored(base: str, lines: Sequence[str]) -> Ignored:
    """Patterns as an `Ignored`."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - 15 ms that only a search with patterns needs

    return Ignored(base, GitIgnoreSpec.from_lines(lines))


def _fill(handle: int, data: bytes, before: os.stat_result | None) -> None:
    """Write `data` with the mode and owner of the file before, and see it safely on the disk."""
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        if before is None:
            umask = os.umask(0)
            os.umask(umask)
            os.fchmod(handle, 0o666 & ~umask)
        else:
            with suppress(
                OSError
            ):  # only the owner's own files, or everyone's for root
                os.fchown(handle, before.st_uid, before.st_gid)
            os.fchmod(handle, stat.S_IMODE(before.st_mode))
        file.flush()
        os.fsync(handle)


def _walk(root: str) -> Iterator[File]:
    """Every entry below a directory, links not followed; what cannot be read is left out."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as listing:
                entries = list(listing)
        except OSError:
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                kind = _kind(entry.name, status.st_mode)
                yield File(
                    path,
                    0 if kind is FileKind.DIRECTORY else status.st_size,
                    _mode(status.st_mode),
                    kind,
                )
                if kind is FileKind.DIRECTORY:
                    waiting.append(path)


def _walk_all(root: str, most: int) -> Walked:
    """As `_walk`, but into every directory, and with what the client's walk meets on the way."""
    walker, waiting = _Walker(), [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as listing:
                entries = list(listing)
        except OSError as error:
            walker.closed[folder] = _reason(error)
            continue
        if len(walker.files) + len(entries) > most:
            raise FileError(
                f"cannot take in the build context {root}: it holds more than {most:,} entries"
            )
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            try:
                if walker.add(entry, path) is FileKind.DIRECTORY:
                    waiting.append(path)
            except FileNotFoundError:
                continue  # gone by now
            except OSError as error:
                walker.closed[path] = _reason(error)
    return walker.walked()


class _Walker:
    """What a whole walk has found so far.

    Source: tonistiigi/fsutil, fs.go, send.go and stat.go: a socket loses its mark and is sent as a file, which stays
    empty; so does a file that may not be opened.
    """

    def __init__(self) -> None:
        self.files: list[File] = []
        self.kinds: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.closed: dict[str, str] = {}
        self.unreadable: set[str] = set()

    def add(self, entry: os.DirEntry[str], path: str) -> FileKind:
        status = entry.stat(follow_symlinks=False)
        mode, kind, size = status.st_mode, FileKind.FILE, 0
        if stat.S_ISREG(mode):
            size = status.st_size
            if mode & 0o444 != 0o444 and not os.access(entry.path, os.R_OK):
                self.unreadable.add(path)
        elif stat.S_ISDIR(mode):
            kind = FileKind.DIRECTORY
        elif stat.S_ISLNK(mode):
            kind, size, self.links[path] = (
                FileKind.SYMLINK,
                status.st_size,
                os.readlink(entry.path),
            )
        else:
            self.kinds[path] = (
                "fifo"
                if stat.S_ISFIFO(mode)
                else "socket"
                if stat.S_ISSOCK(mode)
                else "device"
            )
        self.files.append(File(path, size, _mode(mode), kind))
        return kind

    def walked(self) -> Walked:
        self.files.sort(key=lambda file: file.path)
        return Walked(
            tuple(self.files),
            self.kinds,
            self.links,
            self.closed,
            frozenset(self.unreadable),
        )


def _mode(mode: int) -> int:
    """As the client sends it; Windows has no mode for that a file is a program, so all are (fsutil's stat.go)."""
    return 0o755 if sys.platform == "win32" else stat.S_IMODE(mode)


def _kind(name: str, mode: int) -> FileKind:
    if stat.S_ISDIR(mode):
        return FileKind.CLOSED if name in CLOSED_NAMES else FileKind.DIRECTORY
    return FileKind.SYMLINK if stat.S_ISLNK(mode) else FileKind.FILE


def _read_regular(path: str) -> bytes | None:
    """At most as much as a Context looks at; None for what is no regular file, so that no pipe is waited for."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, "rb") as file:
            return file.read(LONGEST_READ + 1)
    except (OSError, ValueError):
        return None


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _search(top: str, exclude: Sequence[Ignored]) -> Iterator[str]:
    """The Dockerfiles below a directory, sorted; links to directories are not followed, so there are no loops."""
    above = _above(os.path.abspath(top))
    if _is_ignored(os.path.abspath(top), True, above):
        above = []  # named on the command line, so it is wanted
    waiting = [(top, [*exclude, *above])]
    while waiting:
        directory, ignored = waiting.pop()
        files, folders = _listing(directory)
        if ".gitignore" in files:
            ignored = [
                *ignored,
                gitignored(os.path.abspath(directory), _lines(directory)),
            ]
        for name in files:
            path = os.path.normpath(os.path.join(directory, name))
            if (
                is_dockerfile(name)
                and os.path.isfile(path)
                and not _is_ignored(os.path.abspath(path), False, ignored)
            ):
                yield path
        for name in reversed(folders):
            path = os.path.join(directory, name)
            if name not in SKIPPED and not _is_ignored(
                os.path.abspath(path), True, ignored
            ):
                waiting.append((path, ignored))


def _listing(directory: str) -> tuple[list[str], list[str]]:
    """The names of files and of directories in a directory, sorted; none where it cannot be read."""
    try:
        with os.scandir(directory) as entries:
            rows = sorted(
                (entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries
            )
    except OSError:
        return [], []
    return [name for name, folder in rows if not folder], [
        name for name, folder in rows if folder
    ]


def _lines(directory: str) -> list[str]:
    try:
        with open(
            os.path.join(directory, ".gitignore"),
            encoding="utf-8",
            errors="surrogateescape",
        ) as file:
            return file.read().splitlines()
    except OSError:
        return []


def _above(top: str) -> list[Ignored]:
    """The .gitignore files from the repository's root down to the parent of `top`; none outside a repository."""
    found: list[Ignored] = []
    directory = top
    while not os.path.exists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return []
        directory = parent
        if os.path.isfile(os.path.join(directory, ".gitignore")):
            found.append(gitignored(directory, _lines(directory)))
    return found[::-1]


def _is_ignored(path: str, folder: bool, ignored: Sequence[Ignored]) -> bool:
    """Whether the last pattern that matches, those of deeper directories last, takes `path` out."""
    for each in reversed(ignored):
        relative = os.path.relpath(path, each.base)
        if relative != os.curdir and not relative.startswith(os.pardir):
            verdict = each.spec.check_file(relative + "/" * folder).include
            if verdict is not None:
                return verdict
    return False
