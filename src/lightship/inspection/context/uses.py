"""What instructions of the target take of the build context, and what BuildKit's client sends."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.cache.plan.plan import Plan
from lightship.cache.plan.step_names import on_one_line, text_of
from lightship.cache.selection.selection import (
    Naming,
    Selection,
    followed,
    read_selection,
    resolved,
)
from lightship.context.files import File, FileKind
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Copying
from lightship.inspection.context.context_report import Amount, Transfer, Use
from lightship.regex import regex

_NOWHERE = "\0"  # no path of a context
_LAST = "\U0010ffff"
_FIXED = regex(r"[^*?\[\\]*")


def uses_of(
    plan: Plan,
    sent: tuple[File, ...],
    links: Mapping[str, str],
) -> tuple[Use, ...]:
    """Each source of the steps, in order.

    `links` are the symlinks that are sent, with their targets.
    """
    uses: list[Use] = []
    for step in plan.steps:
        for selection in step.inputs.selections:
            files = taken(selection, sent, links)
            is_named = _is_named(selection, sent)
            uses.append(Use(step.line, text_of(step), selection, files, is_named))
    return tuple(uses)


def uses_of_all(
    build: Build,
    sent: tuple[File, ...],
    links: Mapping[str, str],
) -> tuple[Use, ...] | None:
    """The same of all stages and of ONBUILD, whether or not the target needs them.

    None where one is not known.
    """
    sources: list[tuple[Instruction, Selection]] = []
    for copying in build.copyings():
        if copying.from_context and _has_unknown(copying):
            return None
        instruction = copying.instruction
        sources += [(instruction, selection) for selection in _selections(copying)]

    for run in build.each("RUN", "ONBUILD"):
        for mount in build.mounts(run):
            if mount.type == "bind" and not mount.from_:
                selection = read_selection(mount.source)
                sources.append((run, selection))
    return tuple(_use(*source, sent, links) for source in sources)


def _has_unknown(copying: Copying) -> bool:
    """Whether the path of one of the sources is not known."""
    files = [source for source in copying.sources if source.kind == "file"]
    return any(source.value is None for source in files)


def _selections(copying: Copying) -> Iterator[Selection]:
    """What a COPY or ADD names of the build context."""
    flags = copying.instruction.all_flags("exclude")
    excludes = tuple(flag.value or "" for flag in flags)
    parents = copying.instruction.flag("parents") is not None
    for source in copying.local:
        yield read_selection(source.value or "", excludes, parents=parents)


def _use(
    instruction: Instruction,
    selection: Selection,
    sent: tuple[File, ...],
    links: Mapping[str, str],
) -> Use:
    text = on_one_line(instruction)
    files = taken(selection, sent, links)
    is_named = _is_named(selection, sent)
    return Use(instruction.first_line, text, selection, files, is_named)


def taken(
    selection: Selection,
    sent: tuple[File, ...],
    links: Mapping[str, str],
) -> tuple[File, ...]:
    """The files that a source takes, by path.

    A symlink that it names or goes through counts too.
    """
    if not (selection.source or selection.excludes):
        return sent

    source = resolved(selection, links) if links else selection.source
    start = ""  # of the paths to look at
    if source is not None and not selection.parents:
        start = source
    naming = Naming(selection, _NOWHERE if source is None else source)
    near = _near(sent, start)
    files = [file for file in near if naming.name(file.path) is not None]
    if not links:
        return tuple(files)

    if source != selection.source:
        files += _near_exactly(sent, selection.source)
    if selection.is_pattern:
        for file in tuple(files):
            if file.kind is FileKind.SYMLINK and naming.is_top(file.path):
                files += _below(sent, followed(file.path, links))
    by_path = {file.path: file for file in files}
    return tuple(by_path[path] for path in sorted(by_path))


def takes(selection: Selection, path: str, links: Mapping[str, str]) -> bool:
    """Whether a source takes a path, if there were such a file and it were sent."""
    if path == selection.source:
        return True
    source = resolved(selection, links) if links else selection.source
    if source is None:
        return False
    naming = Naming(selection, source)
    return naming.name(path) is not None


def transfer_of(
    uses: Sequence[Use],
    plan: Plan,
    sent: tuple[File, ...],
    links: Mapping[str, str],
) -> Transfer:
    """What BuildKit requests from the client: what instructions name, or everything.

    Source: BuildKit frontend/dockerfile/dockerfile2llb/convert.go (ctxPaths, filterPaths),
    convert_runmount.go: a mount of type tmpfs counts for the whole context there, if anything else
    reads it. `--exclude` does not count here.
    """
    asks_all = [use.line for use in uses if not use.selection.source]
    if uses:
        asks_all += _tmpfs_lines(plan)
    if asks_all:
        lines = dict.fromkeys(asks_all)
        return Transfer(True, Amount.of(sent), tuple(lines))

    asked: dict[str, File] = {}
    for use in uses:
        for file in _asked(use, sent, links):
            asked[file.path] = file
    lines = dict.fromkeys(use.line for use in uses)
    amount = Amount.of(list(asked.values()))
    return Transfer(False, amount, tuple(lines))


def _asked(
    use: Use,
    sent: tuple[File, ...],
    links: Mapping[str, str],
) -> tuple[File, ...]:
    """The files that are requested for a source."""
    if not use.selection.excludes:
        return use.files
    whole = replace(use.selection, excludes=())
    return taken(whole, sent, links)


def _tmpfs_lines(plan: Plan) -> Iterator[int]:
    for step in plan.steps:
        for mount in step.evaluated.mounts:
            if mount.type == "tmpfs":
                yield step.line


def _is_named(selection: Selection, sent: Sequence[File]) -> bool:
    """Whether a source is the path of a file, without wildcards."""
    if has_wildcards(selection.source):
        return False
    return any(_near_exactly(sent, selection.source))


def _near(files: tuple[File, ...], source: str) -> Sequence[File]:
    """Those that a source may take: their paths start with the part before its first wildcard."""
    match = _FIXED.match(source)
    fixed = match[0] if match is not None else ""
    if not fixed:
        return files
    start = bisect_left(files, fixed, key=_path)
    end = bisect_left(files, fixed + _LAST, key=_path)
    return files[start:end]


def _near_exactly(files: Sequence[File], path: str) -> Iterator[File]:
    place = bisect_left(files, path, key=_path)
    if place < len(files) and files[place].path == path:
        yield files[place]


def _below(files: Sequence[File], path: str | None) -> Iterable[File]:
    if path is None:
        return
    yield from _near_exactly(files, path)
    start = bisect_left(files, f"{path}/", key=_path)
    end = bisect_left(files, f"{path}0", key=_path)  # the character after the slash
    yield from files[start:end]


def _path(file: File) -> str:
    return file.path
