"""What COPY and ADD take from the build context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.build import Build
from lightship.context.files import Context, File
from lightship.context.taken_by_copy import copied
from lightship.context.wildcards import clean, has_wildcards
from lightship.evaluation.copies import Copying, Operand
from lightship.record import record


@record
class Taking:
    """Sources of COPY and ADD that take the same: a directory, or several files.

    `copyings` are the instructions of the sources.
    """

    sources: tuple[Operand, ...]
    files: tuple[File, ...]
    copyings: tuple[Copying, ...] = ()


# What decides which files a source takes: its path, `--exclude`, `--parents`
Key = tuple[str, tuple[str, ...], bool]
Alike = dict[Key, list[tuple[Copying, Operand]]]


def takings(build: Build) -> Iterator[Taking]:
    """The sources that take more than one named file, where that is known."""
    context = build.context
    if context is None:
        return

    groups = alike(build.copyings())
    for key, copies in groups.items():
        path, _excludes, _parents = key
        copying, source = copies[0]
        files = files_of(context, copying, source)
        takes_more = any(file.path != path for file in files)
        if not takes_more:
            continue
        copyings, sources = zip(*copies, strict=True)
        yield Taking(sources, files, copyings)


def alike(copyings: Iterable[Copying]) -> Alike:
    """The sources in the build context, those together that take the same."""
    groups: Alike = {}
    for copying in copyings:
        for source in copying.local:
            key = _key(copying, source)
            group = groups.setdefault(key, [])
            group.append((copying, source))
    return groups


def _key(copying: Copying, source: Operand) -> Key:
    path = path_of(source)
    instruction = copying.instruction
    if not instruction.flags:
        return path, (), False
    excludes = excludes_of(copying)
    parents = instruction.flag("parents")
    return path, excludes, parents is not None


def excludes_of(copying: Copying) -> tuple[str, ...]:
    """The patterns of `--exclude`."""
    flags = copying.instruction.all_flags("exclude")
    patterns = [flag.value or "" for flag in flags]
    return tuple(patterns)


def path_of(source: Operand) -> str:
    """A source as a path of the build context."""
    path = clean(f"/{source.value}")
    return path.removeprefix("/")


def files_of(context: Context, copying: Copying, source: Operand) -> tuple[File, ...]:
    """The files that a source takes; the context is not walked for one that names a file."""
    path, excludes, has_parents = _key(copying, source)
    data = None
    if path and not has_wildcards(path):
        data = context.reader(path)
    if data is None:
        return copied(context, [path], excludes, has_parents)

    if context.ignore.matches(path):
        return ()
    size = len(data)
    return (File(path, size),)
