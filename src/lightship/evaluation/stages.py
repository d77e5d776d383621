"""The graph of stages: which stage FROM, COPY --from and RUN --mount=from= name (BuildKit's
convert.go).

Names of stages are in lower case. FROM sees the stages before it, and takes the name as written;
COPY and RUN see all stages, in any case, the last one where several share a name. A number in COPY
--from counts stages from 0 (and, as BuildKit does, after them the images that earlier COPY and
RUN have named).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from lightship.dockerfile.tree import Dockerfile, Flag, Instruction, Stage
from lightship.dockerfile.values import csv_fields, go_lower
from lightship.record import record
from lightship.regex import regex
from lightship.text import Span

_INDEX = regex(r"[+-]?[0-9]{1,18}")
_NOT_A_STAGE = frozenset("/:@$")
SCRATCH = "scratch"


@record
class StageSource:
    """What COPY --from or RUN --mount=from= reads from: a stage, or an image where `stage` is None.

    `name` is as written, empty for a mount without `from=`. `place` is where BuildKit reports it:
    `instruction`, or the FROM of the stage in which a trigger of ONBUILD runs. `refusal` says why
    it names nothing.
    """

    instruction: Instruction
    place: Instruction
    flag: Flag
    name: str
    stage: Stage | None
    refusal: str = ""

    @property
    def span(self) -> Span:
        return self.flag.value_span or self.flag.span


@record(eq=False, frozen=False)
class Graph:
    """`bases[i]` is the stage that stage i starts from, None where it is an image.

    `sources[i]` what it reads from.

    `roots[i]` is the index of the first stage in the line of base stages. `names` are the stages
    by name.
    """

    stages: tuple[Stage, ...]
    bases: tuple[Stage | None, ...]
    roots: tuple[int, ...]
    sources: list[list[StageSource]]
    names: dict[str, Stage]
    # As BuildKit numbers them; None is an image
    states: list[Stage | None] = field(default_factory=list)


def build_graph(dockerfile: Dockerfile, bases: Sequence[str]) -> Graph:
    """The graph; `bases` are the names in FROM after expansion."""
    seen: dict[str, Stage] = {}
    starts: list[Stage | None] = []
    roots: list[int] = []
    for stage, base in zip(dockerfile.stages, bases, strict=True):
        start = seen.get(base)
        starts.append(start)
        roots.append(stage.index if start is None else roots[start.index])
        if stage.name is not None:
            seen[stage.name] = stage
    graph = Graph(
        dockerfile.stages,
        tuple(starts),
        tuple(roots),
        [],
        seen,
        list(dockerfile.stages),
    )
    for stage in dockerfile.stages:
        graph.sources.append(
            [
                source
                for item in stage.instructions
                for source in read_sources(graph, item, item)
            ]
        )
    return graph


def read_sources(
    graph: Graph,
    instruction: Instruction,
    place: Instruction,
) -> Iterator[StageSource]:
    """What one COPY or RUN reads from."""
    if not instruction.flags:
        return
    if instruction.keyword == "COPY":
        flag = instruction.flag("from")
        if flag is not None and flag.value:
            yield _copy_source(graph, instruction, place, flag, flag.value)
    elif instruction.keyword == "RUN":
        for flag in instruction.all_flags("mount"):
            name = mount_from(flag)
            stage = graph.names.get(go_lower(name or SCRATCH))
            if stage is None:
                graph.states.append(None)
            yield StageSource(instruction, place, flag, name, stage)


def mount_from(flag: Flag) -> str:
    """The last `from=` of a mount, as written."""
    found = ""
    for item in csv_fields(flag.value or "") or ():
        key, equals, value = item.partition("=")
        if equals and go_lower(key) == "from":
            found = value
    return found


def _copy_source(
    graph: Graph,
    instruction: Instruction,
    place: Instruction,
    flag: Flag,
    name: str,
) -> StageSource:
    if _INDEX.fullmatch(name):
        index = int(name)
        if 0 <= index < len(graph.states):
            return StageSource(instruction, place, flag, name, graph.states[index])
        return StageSource(
            instruction, place, flag, name, None, f"there is no stage {index}"
        )
    stage = graph.names.get(go_lower(name))
    if stage is None:
        graph.states.append(None)
    return StageSource(instruction, place, flag, name, stage)


def dependencies(graph: Graph, stage: Stage) -> Iterator[Stage]:
    """The stages that `stage` starts from and reads from."""
    base = graph.bases[stage.index]
    if base is not None:
        yield base
    for source in graph.sources[stage.index]:
        if source.stage is not None:
            yield source.stage


def unknown_stages(dockerfile: Dockerfile) -> frozenset[str]:
    """The names in `--from=` and `from=` of a mount that neither stages nor surely images have.

    That is what is left without a tag, a digest, a path or a variable: additional build contexts,
    and mistakes.
    """
    stages = {stage.name for stage in dockerfile.stages}
    names: set[str] = set()
    for instruction in dockerfile.instructions:
        flag = instruction.flag("from")
        if flag is not None and flag.value:
            names.add(flag.value)
        names.update(map(mount_from, instruction.all_flags("mount")))
    names = {name for name in names if not name.isdigit()}
    unknown = [name for name in names if go_lower(name) not in stages]
    return frozenset(name for name in unknown if is_bare_name(name))


def is_bare_name(name: str) -> bool:
    """Whether a name is neither empty, `scratch` nor one that only an image can have."""
    if go_lower(name) in ("", SCRATCH):
        return False
    return _NOT_A_STAGE.isdisjoint(name)


def reachable(graph: Graph, targets: Iterable[Stage]) -> frozenset[int]:
    """The indices of the stages that a build of `targets` needs, their own included."""
    waiting = list(targets)
    found: set[int] = set()
    while waiting:
        stage = waiting.pop()
        if stage.index not in found:
            found.add(stage.index)
            waiting += dependencies(graph, stage)
    return frozenset(found)


def find_cycle(graph: Graph) -> tuple[StageSource, ...]:
    """Sources that lead from a stage around to one on the way, or nothing
    (validateCircularDependency).

    FROM is not among them: it only sees stages before it.
    """
    visited: set[int] = set()
    for start in graph.stages:
        path: list[StageSource] = []
        on_path: dict[int, Iterator[StageSource]] = {}
        index = start.index
        while index not in visited or on_path:
            if index not in visited:
                visited.add(index)
                on_path[index] = iter(_last_of_each(graph.sources[index]).values())
            source = next(on_path[index], None)
            if source is None or source.stage is None:
                del on_path[index]
                if not path:
                    break
                path.pop()
                index = next(reversed(on_path))
            elif source.stage.index in on_path:
                return (*path, source)
            elif source.stage.index not in visited:
                path.append(source)
                index = source.stage.index
    return ()


def _last_of_each(sources: Iterable[StageSource]) -> dict[int, StageSource]:
    """BuildKit keeps one source for each stage that is read from: the last."""
    return {
        source.stage.index: source for source in sources if source.stage is not None
    }
