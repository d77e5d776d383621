"""What COPY and ADD take from the build context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.build import Build
from lightship.context.files import Context, File, copied
from lightship.context.wildcards import clean, has_wildcards
from lightship.evaluation.copies import Copying, Operand
from lightship.record import record


@record
class Taking:
    """Sources of COPY and ADD that stand for directories or several files, and the files that each of them takes."""

    sources: tuple[Operand, ...]
    files: tuple[File, ...]


def takings(build: Build) -> Iterator[Taking]:
    """The sources that take more than one named file from the build context, where that is known."""
    context = build.context
    if context is None:
        return
    for (path, *_), given in alike(build.copyings()).items():
        files = files_of(context, *given[0])
        if any(file.path != path for file in files):
            yield Taking(tuple(source for _, source in given), files)


Key = tuple[str, tuple[str, ...], bool]


def alike(found: Iterable[Copying]) -> dict[Key, list[tuple[Copying, Operand]]]:
    """The sources in the build context, those together that take the same."""
    groups: dict[Key, list[tuple[Copying, Operand]]] = {}
    for copying in found:
        for source in copying.local:
            groups.setdefault(_key(copying, source), []).append((copying, source))
    return groups


def _key(copying: Copying, source: Operand) -> Key:
    """What decides which files it takes: the path, `--exclude`, `--parents`."""
    if not copying.instruction.flags:
        return path_of(source), (), False
    excludes = tuple(
        flag.value or "" for flag in copying.instruction.all_flags("exclude")
    )
    return path_of(source), excludes, copying.instruction.flag("parents") is not None


def path_of(source: Operand) -> str:
    """A source as a path of the build context."""
    return clean(f"/{source.value}")[1:]


def files_of(context: Context, copying: Copying, source: Operand) -> tuple[File, ...]:
    """The files that a source takes; the context is not walked for one that names a file."""
    path, excludes, parents = _key(copying, source)
    data = context.reader(path) if path and not has_wildcards(path) else None
    if data is not None:
        return () if context.ignore.matches(path) else (File(path, len(data)),)
    return copied(context, [path], excludes, parents)
