"""The user's files: the only module that finds, reads and writes them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, cast

from lightship.context.files import CLOSED_NAMES, LONGEST_READ, Context, File, FileKind
from lightship.errors import FileError
from lightship.record import record
from lightship.regex import regex

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from lightship.image.blob import Blob, Stream

STDIN = "-"
NAMES = regex(r"(?:Dockerfile|dockerfile|Containerfile)(?:\..+)?|.+\.(?:[Dd]ockerfile|[Cc]ontainerfile)")
# Named like a Dockerfile, but something else: ignore files, templates, and what editors and merges leave behind.
OTHERS = regex(
    r".*(?:~|\.(?:dockerignore|containerignore|j2|jinja2?|tmpl|tpl|template|erb|mustache|in|md|orig|rej|bak|swp))"
)
# Directories that hold what others wrote.
SKIPPED = frozenset({".git", ".hg", ".svn", ".venv", ".tox", ".nox", "node_modules", "__pycache__"})


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
    relative = None if dockerfile == STDIN else os.path.relpath(os.path.abspath(dockerfile), os.path.abspath(root))
    return Context(lambda: _walk(root), lambda path: _read_regular(os.path.join(root, path)), relative)


def path_inside(path: str, root: str) -> str | None:
    """`path` relative to the directory `root`, with `/`; None where it lies elsewhere."""
    relative = os.path.relpath(os.path.abspath(path), os.path.abspath(root))
    return None if relative.split(os.sep)[0] == os.pardir else relative.replace(os.sep, "/")


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
        handle, temporary = tempfile.mkstemp(prefix=".lightship-", dir=os.path.dirname(target))
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
                    more := pread(handle, length - len(data), start + offset + len(data))
                ):
                    data += more
            except OSError as error:
                raise FileError(f"cannot read {name}: {_reason(error)}") from error
            return data

        return Blob(part, size, read_at, lambda: Reader(read_at), cut=cut)

    pread = os.pread
    return cut(0, status.st_size, name)


def _rest(handle: int, data: bytes, start: int, length: int) -> bytes:
    """All of `length` bytes, of which a read gave the first; one may give fewer than there are."""
    while 0 < len(data) < length and (more := os.pread(handle, length - len(data), start + len(data))):
        data += more
    return data


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
                raise FileError(f"cannot keep {name} in {tempfile.gettempdir()}: {_reason(error)}") from error
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
            with suppress(OSError):  # only the owner's own files, or everyone's for root
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
                yield File(path, 0 if kind is FileKind.DIRECTORY else status.st_size, _mode(status.st_mode), kind)
                if kind is FileKind.DIRECTORY:
                    waiting.append(path)


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
            ignored = [*ignored, gitignored(os.path.abspath(directory), _lines(directory))]
        for name in files:
            path = os.path.normpath(os.path.join(directory, name))
            if is_dockerfile(name) and os.path.isfile(path) and not _is_ignored(os.path.abspath(path), False, ignored):
                yield path
        for name in reversed(folders):
            path = os.path.join(directory, name)
            if name not in SKIPPED and not _is_ignored(os.path.abspath(path), True, ignored):
                waiting.append((path, ignored))


def _listing(directory: str) -> tuple[list[str], list[str]]:
    """The names of files and of directories in a directory, sorted; none where it cannot be read."""
    try:
        with os.scandir(directory) as entries:
            rows = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError:
        return [], []
    return [name for name, folder in rows if not folder], [name for name, folder in rows if folder]


def _lines(directory: str) -> list[str]:
    try:
        with open(os.path.join(directory, ".gitignore"), encoding="utf-8", errors="surrogateescape") as file:
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
