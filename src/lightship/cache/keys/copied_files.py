"""What a COPY or ADD brings to a path of its stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lightship.cache.keys.stage_files import StageFiles
from lightship.cache.plan.copy_inputs import destination_of
from lightship.cache.plan.plan import Output, Planned
from lightship.cache.selection.selection import Selection, last_part
from lightship.context.wildcards import clean
from lightship.evaluation.paths import related

# Characters that mean something in a pattern
_SPECIAL = frozenset("*?[\\!#")

Copied = str | Selection | Output
"""One thing that copied files depend on: settings, files of the context or of another stage."""


def copied_files(
    step: Planned,
    files: StageFiles,
    removed: Sequence[str],
) -> Iterator[Copied]:
    """What a COPY adds to files, but for the paths that are removed later.

    Below its destination only what lands there.
    """
    path = files.path
    written = destination_of(step.evaluated)
    destination = clean(written)
    if not related(destination, files.fixed):
        return

    is_whole = path == destination
    yield _settings(step, is_whole=is_whole)

    inside = ""
    if path.startswith(destination):
        inside = path.removeprefix(destination)
        inside = inside.strip("/")
    may_unpack = step.instruction.keyword == "ADD"
    if inside and not may_unpack:
        yield from _copied_parts(step, inside)
        return

    gone = _below(destination, removed)
    for selection in step.inputs.selections:
        yield _without(selection, gone)
    yield from step.inputs.outputs


def _copied_parts(step: Planned, inside: str) -> Iterator[Copied]:
    """What a COPY puts at `inside` of its destination."""
    inputs = step.inputs
    for selection in inputs.selections:
        yield from _parts_of(selection, inside)

    first, _slash, _rest = inside.partition("/")
    for output in inputs.outputs:
        name = last_part(output.path)
        if name == first:
            yield output
            continue
        path = f"{output.path}/{inside}"
        yield replace(output, path=path)


def _settings(step: Planned, *, is_whole: bool) -> str:
    """The flags and names of a COPY, as far as its files depend on them.

    `is_whole` says that all of what it copies is asked for.
    """
    unnamed = {"destination"}
    has_one_source = len(step.evaluated.operands) == 2
    if has_one_source and is_whole:
        # A single file keeps its content whatever it is called
        unnamed.add("source")

    settings: list[tuple[str, str]] = []
    for part in step.inputs.parts:
        if part.name in unnamed:
            continue
        setting = (part.name, part.value)
        settings.append(setting)
    return repr(settings)


def _below(directory: str, paths: Iterable[str]) -> list[str]:
    """Those of `paths` that lie in a directory, from there."""
    start = f"{directory}/"
    below: list[str] = []
    for path in paths:
        if path.startswith(start):
            inside = path.removeprefix(start)
            below.append(inside)
    return below


def _without(selection: Selection, removed: Sequence[str]) -> Selection:
    """A source without paths below it; a pattern is left as it is."""
    if selection.is_pattern or selection.parents:
        return selection
    plain = filter(_is_plain, removed)
    excludes = (*selection.excludes, *plain)
    return replace(selection, excludes=excludes)


def _is_plain(path: str) -> bool:
    """Whether a path means itself as a pattern of `--exclude`."""
    has_special = not _SPECIAL.isdisjoint(path)
    has_blank_end = path != path.strip()
    return not has_special and not has_blank_end


def _parts_of(selection: Selection, inside: str) -> Iterator[Selection]:
    """What of a source lands at `inside` of the destination: from a directory its content, a
    file under its name.
    """
    if selection.is_pattern or selection.parents or selection.excludes:
        yield selection
        return

    source = selection.source
    path = inside
    if source:
        path = f"{source}/{inside}"
    yield Selection(path, optional=True)

    name = last_part(source)
    if name == inside:
        yield Selection(source, optional=True)
