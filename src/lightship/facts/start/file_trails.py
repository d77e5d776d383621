"""How a file of the build context came to a path of the image, through COPY and other stages."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import basename

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import below, clean, in_workdir, related
from lightship.facts.copies.deliveries import delivery
from lightship.record import record

_DEEPEST = 3  # stages that a file may have come through
_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_WILDCARDS = frozenset("*?[")


@record
class Trail:
    """As in StartFile; `origin` is empty where nothing brings the file."""

    origin: str
    copyings: tuple[Copying, ...] = ()
    later: tuple[Instruction, ...] = ()


def trail_of(
    build: Build, stages: Sequence[Stage], path: str, depth: int
) -> Trail | None:
    """How the file at `path` came there, in the stages that were built upon one another.

    None where that is not known, an empty origin where nothing brings it.
    """
    by_item = {copying.instruction: copying for copying in build.copyings()}
    later: list[Instruction] = []
    for stage in reversed(stages):
        for item in reversed(stage.instructions):
            if item.keyword == "RUN":
                later.append(item)
            copying = by_item.get(item)
            if copying is None:
                continue

            if _is_plain(copying):
                origin = _origin(build, copying, path)
                if origin is None:
                    continue
                after = tuple(later)
                return Trail(origin, (copying,), after)
            if covers(copying, path):
                after = tuple(later)
                return _trail_through(build, copying, path, after, depth)
    return Trail("", ())


def _is_plain(copying: Copying) -> bool:
    """Whether it brings files of the build context as they are."""
    if delivery(copying) is None:
        return False
    if copying.instruction.keyword != "ADD":
        return True
    return not _may_unpack(copying)


def _origin(build: Build, copying: Copying, path: str) -> str | None:
    """The path in the build context of what a plain COPY puts at `path`; None for nothing."""
    context = build.context
    brought = delivery(copying)
    if brought is None or context is None:
        return None
    if below(path, brought.root) is None:
        return None
    return brought.origin(context, path)


def _trail_through(
    build: Build,
    copying: Copying,
    path: str,
    later: tuple[Instruction, ...],
    depth: int,
) -> Trail | None:
    """How the file came into the stage that a COPY takes it from."""
    if depth >= _DEEPEST:
        return None
    stage = _stage_of(build, copying)
    source = _source_path(copying, path)
    if stage is None or source is None:
        return None

    line = build.lineage_of(stage)
    trail = trail_of(build, line, source, depth + 1)
    if trail is None or not trail.origin:
        return None
    return Trail(
        trail.origin,
        (copying, *trail.copyings),
        (*later, *trail.later),
    )


def _may_unpack(copying: Copying) -> bool:
    for source in copying.sources:
        path = source.value or ""
        if path.endswith(_ARCHIVES):
            return True
    return False


def covers(copying: Copying, path: str) -> bool:
    """Whether a COPY that is not a plain one of the context may write at `path`."""
    target = _target(copying)
    return related(target, path)


def _target(copying: Copying) -> str | None:
    before = copying.before
    path = copying.destination.value
    if before is None or path is None:
        return None
    return in_workdir(before.workdir, path)


def _source_path(copying: Copying, path: str) -> str | None:
    """The path in the other stage of what stands at `path`; None where that is not plain to see."""
    target = _target(copying)
    if target is None or copying.from_context:
        return None
    if len(copying.sources) != 1:
        return None
    value = copying.sources[0].value
    if value is None:
        return None
    source = clean(f"/{value}")
    if not _WILDCARDS.isdisjoint(source):
        return None
    rest = below(path, target)
    if rest is None:
        return None

    # A file is copied to the target itself, or into it by its name
    if rest in ("", basename(source)):
        return source
    return f"{source.rstrip('/')}/{rest}"


def _stage_of(build: Build, copying: Copying) -> Stage | None:
    """The stage that `COPY --from` takes from."""
    instruction = copying.instruction
    stage = build.dockerfile.stage_of(instruction)
    if stage is None:
        return None
    graph = build.evaluation.graph
    for source in graph.sources[stage.index]:
        if source.instruction is instruction:
            return source.stage
    return None
