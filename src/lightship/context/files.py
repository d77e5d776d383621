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
from lightship.context.wildcards import BadPatternError, clean, has_wildcards
from lightship.context.wildcards import matches as matches_wildcards
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

    `entries` walks it: at most `most` are taken, MOST_ENTRIES without it, and what CLOSED_NAMES
    names comes as one CLOSED entry, but for a walk that is whole. `reader` gives a file's bytes,
    None where there is no such file; it may stop after LONGEST_READ + 1 bytes. `dockerfile` is the
    Dockerfile's path, from the root of the context; it may start with `../`, or be None.
    `git_ignores` tells of a path whether git would ignore it, None where nobody knows: what it
    ignores is made before the build, and need not be there yet. `is_staged` tells whether a file of
    that name lies elsewhere in the repository, or a script of it names one: it may be put into the
    context before the build; `is_made` whether a script or a CI job makes one. None where nobody
    knows. `run_texts` are the texts of all files of the repository that may say how containers are
    run (`run_files.py`), None where there are too many to read; without it those of the context are
    all that is known. `read_above` gives the files of a name that lie above the context in its
    repository, the nearest first; `any_quoted` tells whether a source of the repository has one of
    some words in quotes. `git_tracks` tells whether git has a file, or one in a directory, of that
    path. None where nobody knows.
    """

    entries: Callable[[], Iterable[File]]
    reader: Reader
    dockerfile: str | None = "Dockerfile"
    most: int | None = None
    git_ignores: Callable[[str], bool] | None = None
    is_staged: Callable[[str], bool] | None = None
    is_made: Callable[[str], bool] | None = None
    run_texts: Callable[[], Sequence[str] | None] | None = None
    read_above: Callable[[str], Sequence[FileAbove]] | None = None
    any_quoted: Callable[[Iterable[str]], bool] | None = None
    git_tracks: Callable[[str], bool] | None = None
    _texts: dict[str, str | None] = field(default_factory=dict, repr=False)
    _copied: dict[tuple[object, ...], tuple[File, ...]] = field(
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
        by_path = sorted(entries[:most], key=_path)
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
        at = bisect_left(self.files, path, key=_path)
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


def copied(
    context: Context,
    sources: Iterable[str],
    excludes: Iterable[str] = (),
    parents: bool = False,
) -> tuple[File, ...]:
    """The files that COPY takes from the build context for these sources, by path; each file once.

    `excludes` are the values of `--exclude`, which count from the directory that is copied and
    leave a source that is a file alone; with `parents` (`--parents`) a source is a pattern in
    which `**` means any depth. Source: fsutil copy/copy.go, BuildKit
    solver/llbsolver/file/backend.go and dockerfile2llb/convert_copy.go.
    """
    key = (tuple(sources), tuple(excludes), parents)
    if key not in context._copied:  # noqa: SLF001 - its own module
        context._copied[key] = _taken(context, *key)  # noqa: SLF001
    return context._copied[key]  # noqa: SLF001


def _taken(
    context: Context,
    sources: tuple[str, ...],
    excludes: tuple[str, ...],
    parents: bool,
) -> tuple[File, ...]:
    excluded = Ignore.of(excludes)
    taken: dict[str, File] = {}
    for source in sources:
        for root, files in _roots(context, clean(f"/{source}")[1:], parents):
            kept = _without(files, root, excluded) if excludes else files
            taken.update((file.path, file) for file in kept)
    return tuple(taken[path] for path in sorted(taken))


def _without(files: Iterable[File], root: str, excluded: Ignore) -> Iterator[File]:
    """What is left of the files of a source: the source itself, if it is a file, always is."""
    # The copy looks into every directory, as the client does not
    walk = excluded.walk(enters_all=True)
    for file in files:
        inside = file.path[len(root) :].lstrip("/")
        is_root = not inside
        if is_root or not walk.leaves_out(inside):
            yield file


def roots(context: Context, source: str) -> tuple[str, ...]:
    """The paths of the build context that a source stands for: several where it has wildcards."""
    path = clean(f"/{source}")[1:]
    all_roots = [root for root, _ in _roots(context, path, parents=False)]
    if has_wildcards(path):
        return tuple(all_roots)
    return tuple(filter(context.exists, all_roots))


def _roots(
    context: Context,
    source: str,
    parents: bool,
) -> Iterator[tuple[str, Sequence[File]]]:
    """Each path that a source stands for, with the files at or below it."""
    sent = context.sent
    if parents:
        chosen = Ignore.of([source])
        files = [file for file in sent if not source or chosen.matches(file.path)]
        yield "", files
        return
    if not has_wildcards(source):
        yield source, _below(sent, source)
        return

    by_root: dict[str, list[File]] = {}
    for file in sent:
        root = _first_match(source, file.path)
        if root is not None:
            by_root.setdefault(root, []).append(file)
    yield from by_root.items()


def _first_match(pattern: str, path: str) -> str | None:
    """The uppermost directory on the way to a path that matches, or the path itself."""
    for prefix in _prefixes(path):
        if _matches(pattern, prefix):
            return prefix
    return None


def _below(files: Sequence[File], directory: str) -> Sequence[File]:
    """The file of that path, or those below it; `files` are in the order of their paths."""
    if not directory:
        return files
    at = bisect_left(files, directory, key=_path)
    start = bisect_left(files, f"{directory}/", key=_path)
    end = bisect_left(
        files, f"{directory}0", key=_path
    )  # the character after the slash
    itself = [file for file in files[at : at + 1] if file.path == directory]
    return (*itself, *files[start:end])


def _path(file: File) -> str:
    return file.path


def _matches(pattern: str, path: str) -> bool:
    try:
        return matches_wildcards(pattern, path)
    except BadPatternError:
        return False


def _prefixes(path: str) -> Iterator[str]:
    """Each directory above a path, then the path itself."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
    yield path
