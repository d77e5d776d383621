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


Reader = Callable[[str], bytes | None]


@record(eq=False, slots=False)
class Context:
    """The build context of one Dockerfile.

    `entries` walks it: at most `most` are taken, MOST_ENTRIES without it, and what CLOSED_NAMES
    names comes as one CLOSED entry, but for a walk that is whole. `reader` gives a file's bytes,
    None where there is no such file; it may stop after LONGEST_READ + 1 bytes. `dockerfile` is the
    Dockerfile's path, from the root of the context; it may start with `../`, or be None.
    """

    entries: Callable[[], Iterable[File]]
    reader: Reader
    dockerfile: str | None = "Dockerfile"
    most: int | None = None
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

        return Context(entries, reader, self.dockerfile, self.most)

    @cached_property
    def _walked(self) -> tuple[tuple[File, ...], bool]:
        most = MOST_ENTRIES if self.most is None else self.most
        taken = list(islice(self.entries(), most + 1))
        return tuple(sorted(taken[:most], key=_path)), len(taken) <= most

    @cached_property
    def files(self) -> tuple[File, ...]:
        """Every file, symlink and closed directory, by path."""
        return tuple(
            file for file in self._walked[0] if file.kind is not FileKind.DIRECTORY
        )

    @property
    def is_whole(self) -> bool:
        """Whether the walk reached everything; else `files` are only the first MOST_ENTRIES."""
        return self._walked[1]

    @cached_property
    def paths(self) -> frozenset[str]:
        """Every path that exists, directories too."""
        found = {file.path for file in self._walked[0]}
        for path in tuple(found):
            above = path.rpartition("/")[0]
            while above and above not in found:
                found.add(above)
                above = above.rpartition("/")[0]
        return frozenset(found)

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
            outside = path == ".." or path.startswith("../")
            self._texts[path] = None if outside else _text(self.reader(path))
        return self._texts[path]

    @cached_property
    def ignore_path(self) -> str | None:
        """The ignore file in force: `<Dockerfile>.dockerignore` wins over `.dockerignore`,
        and nothing is merged.

        Source: BuildKit frontend/dockerui/config.go, ReadEntrypoint and dockerIgnorePatterns.
        """
        own = [f"{self.dockerfile}.dockerignore"] if self.dockerfile is not None else []
        return next(
            (path for path in (*own, ".dockerignore") if self.reader(path) is not None),
            None,
        )

    @cached_property
    def ignore(self) -> Ignore:
        """What leaves files out; without an ignore file nothing does."""
        text = (
            None if self.ignore_path is None else _text(self.reader(self.ignore_path))
        )
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
    return None if data is None or len(data) > LONGEST_READ else decode(data)


def _in_memory(files: Mapping[str, bytes], modes: Mapping[str, int]) -> Iterator[File]:
    for path, content in files.items():
        if path.endswith("/"):
            yield File(path.rstrip("/"), mode=0o755, kind=FileKind.CLOSED)
        else:
            yield File(
                path,
                len(content),
                modes.get(path, 0o755 if content.startswith(b"#!") else 0o644),
            )


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
            below = {file.path[len(root) :].lstrip("/"): file for file in files}
            direct = below.pop("", None)
            taken.update({file.path: file for file in [direct] if file is not None})
            # The copy looks into every directory, as the client does not
            walk = excluded.walk(enters_all=True)
            taken.update(
                {
                    file.path: file
                    for path, file in below.items()
                    if not walk.leaves_out(path)
                }
            )
    return tuple(taken[path] for path in sorted(taken))


def roots(context: Context, source: str) -> tuple[str, ...]:
    """The paths of the build context that a source stands for: several where it has wildcards."""
    path = clean(f"/{source}")[1:]
    found = (root for root, _ in _roots(context, path, parents=False))
    return tuple(root for root in found if has_wildcards(path) or context.exists(root))


def _roots(
    context: Context,
    source: str,
    parents: bool,
) -> Iterator[tuple[str, Sequence[File]]]:
    """Each path that a source stands for, with the files at or below it."""
    if parents:
        chosen = Ignore.of([source])
        yield (
            "",
            [file for file in context.sent if not source or chosen.matches(file.path)],
        )
        return
    if not has_wildcards(source):
        yield source, _below(context.sent, source)
        return
    found: dict[str, list[File]] = {}
    for file in context.sent:
        root = next(
            (path for path in _prefixes(file.path) if _matches(source, path)), None
        )
        if root is not None:
            found.setdefault(root, []).append(file)
    yield from found.items()


def _below(files: Sequence[File], directory: str) -> Sequence[File]:
    """The file of that path, or those below it; `files` are in the order of their paths."""
    if not directory:
        return files
    at, start, end = (
        bisect_left(files, path, key=_path)
        for path in (directory, f"{directory}/", f"{directory}0")
    )
    return (
        *(file for file in files[at : at + 1] if file.path == directory),
        *files[start:end],
    )


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
