"""Whether what stands at a path of a stage reaches the image: as a layer, or by COPY --from."""

from __future__ import annotations

from lightship.build import Build
from lightship.context.wildcards import BadPatternError, has_wildcards
from lightship.context.wildcards import matches as matches_wildcards
from lightship.dockerfile.tree import Stage
from lightship.evaluation.paths import and_above, below, clean, in_workdir
from lightship.record import record

# Paths that are followed from one stage to the next
_MOST_STEPS = 200


@record(eq=False)
class _Take:
    """One source of a COPY --from, and the stage and path that it goes to.

    `source` and `destination` are None where they are not known.
    """

    stage: Stage
    source: str | None
    destination: str | None

    def moved(self, place: str) -> str | None:
        """Where `place` stands after the copy, or what is taken from it; None where nothing is."""
        source = self.source
        destination = self.destination
        if source is None or destination is None:
            return destination or "/"
        if has_wildcards(source):
            is_taken = any(_matches(source, path) for path in and_above(place))
            return destination if is_taken else None
        rest = below(place, source)
        if rest is not None:
            return clean(f"{destination}/{rest}")
        return destination if below(source, place) is not None else None


@record(eq=False)
class _Ways:
    """By the number of a stage: what is copied from it, and the stages that start from it."""

    takes: dict[int, list[_Take]]
    children: dict[int, list[Stage]]


def reaches_image(build: Build, stage: Stage, place: str) -> bool:
    """Whether the final image has what stands at `place` of a stage, or part of it.

    What a RUN copies to another path is not followed.
    """
    ways = build.once(_ways)
    waiting = [(stage, clean(place))]
    seen: set[tuple[int, str]] = set()
    while waiting:
        current, path = waiting.pop()
        if current in build.lineage or len(seen) == _MOST_STEPS:
            return True
        if (current.index, path) in seen:
            continue
        seen.add((current.index, path))

        waiting += [(child, path) for child in ways.children.get(current.index, ())]
        for take in ways.takes.get(current.index, ()):
            moved = take.moved(path)
            if moved is not None:
                waiting.append((take.stage, moved))
    return False


def _ways(build: Build) -> _Ways:
    ways = _Ways({}, {})
    graph = build.evaluation.graph
    for stage in build.dockerfile.stages:
        base = build.base_of(stage)
        if base is not None:
            ways.children.setdefault(base.index, []).append(stage)

    origins = {
        source.instruction: source.stage
        for sources in graph.sources
        for source in sources
        if source.stage is not None
    }
    for copying in build.copyings("COPY"):
        origin = origins.get(copying.instruction)
        if origin is None or copying.step is None:
            continue
        stage = copying.step.stage
        target = copying.destination.value
        destination = None
        if copying.before is not None and target is not None:
            destination = in_workdir(copying.before.workdir, target)
        has_parents = copying.instruction.flag("parents") is not None
        takes = ways.takes.setdefault(origin.index, [])
        for operand in copying.sources:
            source = None
            if operand.value is not None and not has_parents:
                source = clean(f"/{operand.value}")
            takes.append(_Take(stage, source, destination))
    return ways


def _matches(pattern: str, path: str) -> bool:
    try:
        return matches_wildcards(pattern, path)
    except BadPatternError:
        return False
