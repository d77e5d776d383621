"""What instructions of the target take of the build context, and what BuildKit's client sends."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.cache.plan.make_plan import text_of
from lightship.cache.plan.plan import Plan
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
from lightship.inspection.context.context_report import Amount, Transfer, Use
from lightship.regex import regex

_NOWHERE = "\0"  # no path of a context
_LAST = "\U0010ffff"
_FIXED = regex(r"[^*?\[\\]*")


def uses_of(
    plan: Plan, sent: tuple[File, ...], links: Mapping[str, str]
) -> tuple[Use, ...]:
    """Each source of the steps, in order.

    `links` are the symlinks that are sent, with their targets.
    """
    return tuple(
        Use(
            step.line,
            text_of(step),
            selection,
            taken(selection, sent, links),
            _is_named(selection, sent),
        )
        for step in plan.steps
        for selection in step.inputs.selections
    )


def uses_of_all(
    build: Build, sent: tuple[File, ...], links: Mapping[str, str]
) -> tuple[Use, ...] | None:
    """The same of all stages and of ONBUILD, whether or not the target needs them.

    None where one is not known.
    """
    found: list[Use] = []
    for copying in build.copyings():
        if copying.from_context and any(
            each.kind == "file" and each.value is None for each in copying.sources
        ):
            return None
        excludes = tuple(
            flag.value or "" for flag in copying.instruction.all_flags("exclude")
        )
        parents = copying.instruction.flag("parents") is not None
        for source in copying.local:
            selection = read_selection(source.value or "", excludes, parents=parents)
            found.append(_use(copying.instruction, selection, sent, links))
    for run in build.each("RUN", "ONBUILD"):
        mounts = (
            mount
            for mount in build.mounts(run)
            if mount.type == "bind" and not mount.from_
        )
        found += (
            _use(run, read_selection(mount.source), sent, links) for mount in mounts
        )
    return tuple(found)


def _use(
    instruction: Instruction,
    selection: Selection,
    sent: tuple[File, ...],
    links: Mapping[str, str],
) -> Use:
    text = " ".join(instruction.line.text.split())
    return Use(
        instruction.first_line,
        text,
        selection,
        taken(selection, sent, links),
        _is_named(selection, sent),
    )


def taken(
    selection: Selection, sent: tuple[File, ...], links: Mapping[str, str]
) -> tuple[File, ...]:
    """The files that a source takes, by path.

    A symlink that it names or goes through counts too.
    """
    if not (selection.source or selection.excludes):
        return sent
    source = resolved(selection, links) if links else selection.source
    naming = Naming(selection, _NOWHERE if source is None else source)
    near = _near(sent, "" if source is None or selection.parents else source)
    found = [file for file in near if naming.name(file.path) is not None]
    if source != selection.source:
        found += _near_exactly(sent, selection.source)
    if links and selection.is_pattern:
        for file in tuple(found):
            if file.kind is FileKind.SYMLINK and naming.is_top(file.path):
                found += _below(sent, followed(file.path, links))
    by_path = {file.path: file for file in found}
    return tuple(by_path[path] for path in sorted(by_path)) if links else tuple(found)


def takes(selection: Selection, path: str, links: Mapping[str, str]) -> bool:
    """Whether a source takes a path, if there were such a file and it were sent."""
    source = resolved(selection, links) if links else selection.source
    if path == selection.source:
        return True
    return source is not None and Naming(selection, source).name(path) is not None


def transfer_of(
    uses: Sequence[Use], plan: Plan, sent: tuple[File, ...], links: Mapping[str, str]
) -> Transfer:
    """What BuildKit requests from the client: what instructions name, or everything.

    Source: BuildKit frontend/dockerfile/dockerfile2llb/convert.go (ctxPaths, filterPaths),
    convert_runmount.go: a mount of type tmpfs counts for the whole context there, if anything else
    reads it. `--exclude` does not count here.
    """
    lines = tuple(dict.fromkeys(use.line for use in uses))
    asks_all = [use.line for use in uses if not use.selection.source]
    if uses:
        asks_all += [
            step.line
            for step in plan.steps
            for mount in step.evaluated.mounts
            if mount.type == "tmpfs"
        ]
    if asks_all:
        return Transfer(True, Amount.of(sent), tuple(dict.fromkeys(asks_all)))
    asked: dict[str, File] = {}
    for use in uses:
        whole = replace(use.selection, excludes=())
        found = taken(whole, sent, links) if use.selection.excludes else use.files
        asked.update((file.path, file) for file in found)
    return Transfer(False, Amount.of(list(asked.values())), lines)


def _is_named(selection: Selection, sent: Sequence[File]) -> bool:
    return not has_wildcards(selection.source) and any(
        _near_exactly(sent, selection.source)
    )


def _near(files: tuple[File, ...], source: str) -> Sequence[File]:
    """Those that a source may take: their paths start with the part before its first wildcard."""
    found = _FIXED.match(source)
    start = found[0] if found else ""
    at, end = (
        bisect_left(files, start, key=_path),
        bisect_left(files, start + _LAST, key=_path),
    )
    return files[at:end] if start else files


def _near_exactly(files: Sequence[File], path: str) -> Iterator[File]:
    at = bisect_left(files, path, key=_path)
    return iter(
        files[at : at + 1] if at < len(files) and files[at].path == path else ()
    )


def _below(files: Sequence[File], path: str | None) -> Iterable[File]:
    if path is None:
        return
    yield from _near_exactly(files, path)
    at, end = (
        bisect_left(files, f"{path}/", key=_path),
        bisect_left(files, f"{path}0", key=_path),
    )
    yield from files[at:end]


def _path(file: File) -> str:
    return file.path
