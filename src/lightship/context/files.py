"""`Context`: what is in the build context, given by two callables and never looked for here.

Nothing is walked before a rule asks for more than the text of a file that it names.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from functools import cached_property
from itertools import islice

from lightship.context.ignore import Ignore
from lightship.context.wildcards import clean
from lightship.record import record
from lightship.text import decode, encode


@record(eq=False)
class _Walk:
    """The entries of a context by path, and whether they are all that there are."""

    entries: tuple[File, ...]
    is_whole: bool


MOST_ENTRIES = 200_000  # of a walk; the rest is not known
LONGEST_READ = 8 * 1024 * 1024  # bytes; a longer file has no text here
CLOSED_NAMES = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        "node_modules",
        ".venv",
        "venv",
        "__pycache__",
        ".tox",
        ".nox",
    }
)
"""Directories that a walker notes and does not walk into: their content is many files and no
rule asks for it.
"""


class FileKind(StrEnum):
    """What stands at a path."""

    FILE = "file"
    SYMLINK = "symlink"
    DIRECTORY = "directory"
    CLOSED = "closed"  # a directory whose content the walk left out


@record
class File:
    """One path of the build context, relative to its root, with `/`.

    `size` is in bytes, 0 for a directory.
    """

    path: str
    size: int = 0
    mode: int = 0o644
    kind: FileKind = FileKind.FILE

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@record
class FileAbove:
    """A file of the repository in a directory above the build context.

    `inner` is the path of the context from that directory.
    """

    inner: str
    text: str


Reader = Callable[[str], bytes | None]


@record(eq=False, slots=False)
class Context:
    """The build context of one Dockerfile.

    A function that is None answers what nobody knows.
    """

    # Walks it: at most `most` are taken, MOST_ENTRIES without it, and what CLOSED_NAMES names comes
    # as one CLOSED entry, but for a walk that is whole
    entries: Callable[[], Iterable[File]]
    # A file's bytes, None where there is no such file; may stop after LONGEST_READ + 1 bytes
    reader: Reader
    # From the root of the context; it may start with `../`
    dockerfile: str | None = "Dockerfile"
    most: int | None = None
    # Whether git would ignore a path: what it ignores is made before the build, and need not be
    # there yet
    git_ignores: Callable[[str], bool] | None = None
    # Whether a file of that name lies elsewhere in the repository, or a script of it names one: it
    # may be put into the context before the build
    is_staged: Callable[[str], bool] | None = None
    # Whether a script or a CI job makes a file of that name
    is_made: Callable[[str], bool] | None = None
    # The texts of all files of the repository that may say how containers are run (`run_files.py`),
    # None where there are too many to read; without it those of the context are all that is known
    run_texts: Callable[[], Sequence[str] | None] | None = None
    # The files of a name that lie above the context in its repository, the nearest first
    read_above: Callable[[str], Sequence[FileAbove]] | None = None
    # Whether a source of the repository has one of some words in quotes
    any_quoted: Callable[[Iterable[str]], bool] | None = None
    # Whether git has a file, or one in a directory, of that path
    git_tracks: Callable[[str], bool] | None = None
    _texts: dict[str, str | None] = field(default_factory=dict, repr=False)
    # What `taken_by_copy.py` has worked out: every rule asks the same of a COPY
    taken: dict[tuple[object, ...], tuple[File, ...]] = field(
        default_factory=dict, repr=False
    )

    @classmethod
    def of(
        cls,
        files: Mapping[str, str | bytes],
        dockerfile: str | None = "Dockerfile",
        modes: Mapping[str, int] | None = None,
    ) -> Context:
        """A context in memory, path to content.

        A path that ends in `/` is a directory with nothing known in it.

        What `modes` leaves open is 0o644, and 0o755 for a file that begins with `#!`.
        """
        data: dict[str, bytes] = {}
        for path, content in files.items():
            data[path] = content if isinstance(content, bytes) else encode(content)
        return cls(lambda: _in_memory(data, modes or {}), data.get, dockerfile)

    def with_files(self, files: Mapping[str, str | None]) -> Context:
        """The same context after these files were written, or removed where the text is None.

        Modes stay.
        """
        data: dict[str, bytes | None] = dict.fromkeys(files)
        added: dict[str, bytes] = {}
        for path, text in files.items():
            if text is not None:
                data[path] = added[path] = encode(text)

        def entries() -> Iterator[File]:
            modes: dict[str, int] = {}
            for file in self.entries():
                if file.path not in data:
                    yield file
                elif file.kind is FileKind.FILE:
                    modes[file.path] = file.mode
            yield from _in_memory(added, modes)

        def reader(path: str) -> bytes | None:
            return data[path] if path in data else self.reader(path)

        return Context(
            entries,
            reader,
            self.dockerfile,
            self.most,
            self.git_ignores,
            self.is_staged,
            self.is_made,
            self.run_texts,
            self.read_above,
            self.any_quoted,
            self.git_tracks,
        )

    @cached_property
    def _walked(self) -> _Walk:
        most = MOST_ENTRIES if self.most is None else self.most
        entries = list(islice(self.entries(), most + 1))
        is_whole = len(entries) <= most
        by_path = sorted(entries[:most], key=path_of)
        return _Walk(tuple(by_path), is_whole)

    @cached_property
    def files(self) -> tuple[File, ...]:
        """Every file, symlink and closed directory, by path."""
        entries = self._walked.entries
        return tuple(file for file in entries if file.kind is not FileKind.DIRECTORY)

    @property
    def is_whole(self) -> bool:
        """Whether the walk reached everything; else `files` are only the first MOST_ENTRIES."""
        return self._walked.is_whole

    @cached_property
    def paths(self) -> frozenset[str]:
        """Every path that exists, directories too."""
        paths = {file.path for file in self._walked.entries}
        for path in tuple(paths):
            above = path.rpartition("/")[0]
            while above and above not in paths:
                paths.add(above)
                above = above.rpartition("/")[0]
        return frozenset(paths)

    def exists(self, path: str) -> bool:
        """Whether there is a file or directory of that path; this walks, `read` does not."""
        path = _inside(path)
        return path == "." or path in self.paths

    def has_file(self, path: str) -> bool:
        """Whether one of `files` has that very path."""
        at = bisect_left(self.files, path, key=path_of)
        return at < len(self.files) and self.files[at].path == path

    def read(self, path: str) -> str | None:
        """A file's text; None where there is none, it lies outside the context, or it is
        longer than LONGEST_READ.
        """
        path = _inside(path)
        if path not in self._texts:
            is_outside = path == ".." or path.startswith("../")
            data = None if is_outside else self.reader(path)
            self._texts[path] = _text(data)
        return self._texts[path]

    @cached_property
    def ignore_path(self) -> str | None:
        """The ignore file in force: `<Dockerfile>.dockerignore` wins over `.dockerignore`,
        and nothing is merged.

        Source: BuildKit frontend/dockerui/config.go, ReadEntrypoint and dockerIgnorePatterns.
        """
        names = [".dockerignore"]
        if self.dockerfile is not None:
            names.insert(0, f"{self.dockerfile}.dockerignore")
        for name in names:
            if self.reader(name) is not None:
                return name
        return None

    @cached_property
    def ignore(self) -> Ignore:
        """What leaves files out; without an ignore file nothing does."""
        if self.ignore_path is None:
            return Ignore()
        text = _text(self.reader(self.ignore_path))
        return Ignore() if text is None else Ignore.parse(text)

    @cached_property
    def sent(self) -> tuple[File, ...]:
        """The files that are sent to the builder, by path."""
        by_path = {file.path: file for file in self.files}
        return tuple(by_path[path] for path in self.ignore.sent(by_path))


def _inside(path: str) -> str:
    """A path cleaned, from the root of the context.

    `..` at its start means that it lies outside.
    """
    return clean(path.lstrip("/") or ".")


def _text(data: bytes | None) -> str | None:
    if data is None or len(data) > LONGEST_READ:
        return None
    return decode(data)


def _in_memory(files: Mapping[str, bytes], modes: Mapping[str, int]) -> Iterator[File]:
    for path, content in files.items():
        if path.endswith("/"):
            yield File(path.rstrip("/"), mode=0o755, kind=FileKind.CLOSED)
            continue
        usual = 0o755 if content.startswith(b"#!") else 0o644
        mode = modes.get(path, usual)
        yield File(path, len(content), mode)


def path_of(file: File) -> str:
    """What files are in the order of."""
    return file.path
