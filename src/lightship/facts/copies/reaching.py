"""Whether what stands at a path of a stage reaches the image: as a layer, or by COPY --from."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.context.wildcards import BadPatternError, has_wildcards
from lightship.context.wildcards import matches as matches_wildcards
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying
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
        if destination is None:
            return "/"
        if source is None:
            return destination or "/"
        if has_wildcards(source):
            for path in and_above(place):
                if _matches(source, path):
                    return destination
            return None

        rest = below(place, source)
        if rest is not None:
            return clean(f"{destination}/{rest}")
        if below(source, place) is None:
            return None
        return destination


@record(eq=False)
class _Ways:
    """By the number of a stage: what is copied from it, and the stages that start from it."""

    takes: dict[int, list[_Take]]
    children: dict[int, list[Stage]]


def reaches_image(build: Build, stage: Stage, place: str) -> bool:
    """Whether the final image has what stands at `place` of a stage, or part of it.

    What a RUN copies to another path is not followed.
    """
    steps = 0
    places = places_reached(build, stage, place)
    for reached, _path in places:
        if reached in build.lineage:
            return True
        steps += 1
    return steps >= _MOST_STEPS


def places_reached(
    build: Build, stage: Stage, place: str
) -> Iterator[tuple[Stage, str]]:
    """The stages that have what stands at `place` of one, or part of it, and where, as far as COPY
    says: at most `_MOST_STEPS` of them.
    """
    ways = build.once(_ways)
    start = (stage, clean(place))
    waiting = [start]
    seen: set[tuple[int, str]] = set()
    while waiting and len(seen) < _MOST_STEPS:
        current, path = waiting.pop()
        number = current.index
        step = (number, path)
        if step in seen:
            continue
        seen.add(step)
        yield current, path

        children = ways.children.get(number, ())
        waiting += [(child, path) for child in children]
        takes = ways.takes.get(number, ())
        for take in takes:
            moved = take.moved(path)
            if moved is None:
                continue
            following = (take.stage, moved)
            waiting.append(following)


def _ways(build: Build) -> _Ways:
    ways = _Ways({}, {})
    for stage in build.dockerfile.stages:
        base = build.base_of(stage)
        if base is None:
            continue
        children = ways.children.setdefault(base.index, [])
        children.append(stage)

    origins = _origins(build)
    for copying in build.copyings("COPY"):
        origin = origins.get(copying.instruction)
        if origin is None:
            continue
        takes = ways.takes.setdefault(origin.index, [])
        takes += _takes(copying)
    return ways


def _origins(build: Build) -> dict[Instruction, Stage]:
    """The stage that each COPY takes from, where it takes from one."""
    origins: dict[Instruction, Stage] = {}
    for sources in build.evaluation.graph.sources:
        for source in sources:
            if source.stage is not None:
                origins[source.instruction] = source.stage
    return origins


def _takes(copying: Copying) -> Iterator[_Take]:
    """The sources of one COPY; none where it is not carried out."""
    step = copying.step
    if step is None:
        return
    destination = None
    target = copying.destination.value
    if target is not None:
        workdir = step.before.workdir
        destination = in_workdir(workdir, target)

    parents = copying.instruction.flag("parents")
    for operand in copying.sources:
        source = None
        value = operand.value
        if parents is None and value is not None:
            source = clean(f"/{value}")
        yield _Take(step.stage, source, destination)


def _matches(pattern: str, path: str) -> bool:
    try:
        return matches_wildcards(pattern, path)
    except BadPatternError:
        return False
