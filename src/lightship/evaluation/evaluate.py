"""BuildKit's conversion of a Dockerfile, without building
(frontend/dockerfile/dockerfile2llb/convert.go).

`evaluate` goes through every stage as BuildKit does: it expands operands, and notes the state
before each instruction, which variables are not set, and what BuildKit refuses only now. Base
images are unknown: their environment is PATH alone, their working directory `/`. ONBUILD triggers
of a stage run in the stages that start from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from lightship.base_images.reference import read_reference
from lightship.dockerfile.instructions import refusal
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Dockerfile, Instruction, Problem, Stage
from lightship.dockerfile.values import BOOLEANS
from lightship.errors import ExpansionError
from lightship.evaluation.arguments import BaseName, read_base, read_globals
from lightship.evaluation.conversion import Conversion, Shared
from lightship.evaluation.dispatch import Step, dispatch
from lightship.evaluation.stages import (
    SCRATCH,
    Graph,
    StageSource,
    build_graph,
    find_cycle,
    reachable,
    read_sources,
)
from lightship.evaluation.state import DEFAULT_PATH, State, Timeline
from lightship.expansion.variables import Budget, expand
from lightship.record import record
from lightship.text import Span

# How much all expansions of one Dockerfile may take from values: a doubling variable must not fill
# memory. A variable that a stage inherits and a trigger that it runs cost as much as so many
# characters.
_BUDGET = 1 << 24
_INHERITED = 64
_TRIGGERED = 256


@record(eq=False, slots=False)
class Evaluation:
    """What BuildKit knows of a Dockerfile when it converts it.

    `globals` are the variables that FROM sees; `bases` and `finals` belong to the stages, in their
    order: what FROM names, and the State after the last instruction. `steps` are all instructions
    of all stages as they are carried out, triggers of ONBUILD included. `refusals` are why
    BuildKit would refuse; the first is the one that it reports.
    """

    globals: Mapping[str, str]
    bases: tuple[BaseName, ...]
    graph: Graph
    steps: tuple[Step, ...]
    finals: tuple[State, ...]
    refusals: tuple[Problem, ...]
    _own: Mapping[Instruction, Step]

    def step(self, instruction: Instruction) -> Step | None:
        """The step of an instruction in its own stage.

        None for FROM, ARG before it, and what ONBUILD holds.
        """
        return self._own.get(instruction)

    def root(self, stage: Stage) -> BaseName:
        """What the first FROM in the line of base stages names: an image, or scratch."""
        return self.bases[self.graph.roots[stage.index]]

    def before(self, instruction: Instruction) -> State | None:
        """What holds before an instruction; None where `step` is."""
        step = self._own.get(instruction)
        return step.before if step is not None else None


def evaluate(
    dockerfile: Dockerfile,
    args: Mapping[str, str] | None = None,
    target: str | None = None,
) -> Evaluation:
    """Evaluate all stages with the build args `args`.

    `target` is the stage to build, the last without it.
    """
    if not args and target is None:
        return _plain(dockerfile)
    return _evaluate(dockerfile, args or {}, target)


@lru_cache(maxsize=16)
def _plain(dockerfile: Dockerfile) -> Evaluation:
    """Without args and target: who looks for its builds asks before the rules do."""
    return _evaluate(dockerfile, {}, None)


def _evaluate(
    dockerfile: Dockerfile, args: Mapping[str, str], target: str | None
) -> Evaluation:
    budget = Budget(_BUDGET)
    goal = _target(dockerfile, target)
    scope = read_globals(dockerfile, args, goal, budget)
    bases = tuple(
        [read_base(dockerfile, stage, scope, budget) for stage in dockerfile.stages]
    )
    refusals = [
        *_before_stages(dockerfile),
        *scope.refusals,
        *(base.refusal for base in bases if base.refusal),
    ]
    graph = build_graph(dockerfile, [base.name for base in bases])
    refusals += _graph_refusals(dockerfile, graph)
    refusals += _references(dockerfile, graph, bases)
    triggers = _triggers(dockerfile, graph, goal, budget, refusals)
    shared = Shared(dockerfile, args, scope.values, budget)
    runs: list[Conversion] = []
    steps: list[Step] = []
    own: dict[Instruction, Step] = {}
    for stage in dockerfile.stages:
        run = _start(shared, stage, bases[stage.index], graph, runs)
        runs.append(run)
        steps += [
            dispatch(run, trigger, stage.from_)
            for trigger in triggers.get(stage.index, ())
        ]
        for instruction in stage.instructions:
            step = own[instruction] = dispatch(run, instruction, instruction)
            steps.append(step)
        refusals += run.refusals
    finals = tuple([run.state for run in runs])
    return Evaluation(
        scope.values, bases, graph, tuple(steps), finals, tuple(refusals), own
    )


def _target(dockerfile: Dockerfile, target: str | None) -> Stage | None:
    named = (
        stage
        for stage in reversed(dockerfile.stages)
        if target is None or stage.name == target.lower()
    )
    return next(named, None)


def _start(
    shared: Shared,
    stage: Stage,
    base: BaseName,
    graph: Graph,
    runs: list[Conversion],
) -> Conversion:
    """A stage before its first instruction; one that starts from another stage inherits from it."""
    sources: dict[int, list[StageSource]] = {}
    for source in graph.sources[stage.index]:
        sources.setdefault(id(source.instruction), []).append(source)
    parent = graph.bases[stage.index]
    if parent is None:
        env, declared = Timeline.of({"PATH": DEFAULT_PATH}), Timeline[str | None]()
        state = State(env.now(), declared.now(), workdir_known=base.name == SCRATCH)
        return Conversion(
            shared,
            stage,
            env,
            declared,
            {"PATH": DEFAULT_PATH},
            state,
            base.system,
            sources,
        )
    before = runs[parent.index]
    env, declared, image_env = _inherited(before, shared.budget)
    state = replace(before.state, env=env.now(), args=declared.now())
    return Conversion(
        shared, stage, env, declared, image_env, state, before.system, sources
    )


def _inherited(
    before: Conversion,
    budget: Budget,
) -> tuple[Timeline[str], Timeline[str | None], dict[str, str]]:
    """Environment and ARGs of a base stage.

    Where ENV and ARG have set the same name, ENV counts again.
    """
    budget.left -= _INHERITED * len(before.env.versions)
    if budget.left < 0:
        return Timeline.of({"PATH": DEFAULT_PATH}), Timeline(), {}
    values = {name: versions[-1][1] for name, versions in before.env.versions.items()}
    declared = {
        name: versions[-1][1] for name, versions in before.args.versions.items()
    }
    return (
        Timeline.of(values | before.image_env),
        Timeline.of(declared),
        dict(before.image_env),
    )


def _before_stages(dockerfile: Dockerfile) -> list[Problem]:
    """What BuildKit looks at before any stage: the options of `# check=`, and whether there
    is a stage.
    """
    found = []
    check = dockerfile.directive("check")
    if check is not None and (reason := _check_refusal(check.value)):
        found.append(
            Problem(f"# check={check.value}: {reason}", check.span, 0, "build")
        )
    if not dockerfile.stages:
        span = (
            dockerfile.instructions[0].name.span
            if dockerfile.instructions
            else Span(0, 0)
        )
        found.append(
            Problem(
                "dockerfile contains no stages to build", span, 0, "build", "write FROM"
            )
        )
    return found


def _check_refusal(options: str) -> str:
    """options = option (";" option){0,2} (linter.ParseLintOptions)"""
    for option in options.strip().split(";", 2):
        key, equals, value = option.partition("=")
        if not equals or key.strip() not in ("skip", "experimental", "error"):
            return f"unknown option {option}: write skip=, experimental= or error="
        if key.strip() == "error" and value.strip() not in BOOLEANS:
            return "error must be true or false"
    return ""


def _graph_refusals(dockerfile: Dockerfile, graph: Graph) -> list[Problem]:
    """COPY --from that names nothing, and stages that need each other.

    The first kind has no line in BuildKit.
    """
    sources = [source for of_stage in graph.sources for source in of_stage]
    found = [
        problem
        for source in sources
        if (problem := _source_refusal(dockerfile, source))
    ]
    cycle = find_cycle(graph)
    if cycle:
        first = min(cycle, key=lambda source: source.place.first_line)
        names = " -> ".join(source.name for source in cycle)
        span = on_first_line(dockerfile, first.place, first.span)
        found.append(
            Problem(
                f"circular dependency between stages: {names}",
                span,
                first.place.first_line,
                "build",
            )
        )
    return found


def _source_refusal(dockerfile: Dockerfile, source: StageSource) -> Problem | None:
    if source.instruction.keyword != "COPY":
        return None
    reason, hint = source.refusal, ""
    try:
        if (
            expand(source.name, lambda _: None, escape=dockerfile.escape).text
            != source.name
        ):
            reason = "variables are not expanded in COPY --from"
            hint = "give the image a stage of its own: FROM $IMAGE AS name"
    except ExpansionError as error:
        reason = str(error)
    return Problem(reason, source.span, 0, "build", hint) if reason else None


def _references(
    dockerfile: Dockerfile,
    graph: Graph,
    bases: tuple[BaseName, ...],
) -> list[Problem]:
    """Images whose names Docker refuses; after FROM first, as BuildKit numbers them."""
    found = []
    for stage, base, parent in zip(graph.stages, bases, graph.bases, strict=True):
        if (
            parent is None
            and base.name
            and base.name != SCRATCH
            and base.refusal is None
        ):
            reason = read_reference(base.name)
            if isinstance(reason, str):
                span = on_first_line(dockerfile, stage.from_, stage.base.span)
                found.append(
                    Problem(
                        f"{base.name}: {reason}", span, stage.from_.first_line, "build"
                    )
                )
    sources = [source for of_stage in graph.sources for source in of_stage]
    return [
        *found,
        *(
            problem
            for source in sources
            if (problem := _image_refusal(dockerfile, source))
        ),
    ]


def _image_refusal(dockerfile: Dockerfile, source: StageSource) -> Problem | None:
    if source.stage is not None or source.refusal or source.name in ("", SCRATCH):
        return None
    reason = read_reference(source.name)
    if not isinstance(reason, str):
        return None
    line = source.place.first_line if source.instruction.keyword == "COPY" else 0
    span = on_first_line(dockerfile, source.place, source.span)
    return Problem(f"{source.name}: {reason}", span, line, "build")


def _triggers(
    dockerfile: Dockerfile,
    graph: Graph,
    target: Stage | None,
    budget: Budget,
    refusals: list[Problem],
) -> dict[int, list[Instruction]]:
    """What ONBUILD of base stages runs, by stage; only stages that the target needs run it."""
    found: dict[int, list[Instruction]] = {}
    if target is None or not any(base is not None for base in graph.bases):
        return found
    while waiting := sorted(reachable(graph, [target]) - found.keys()):
        budget.left -= len(graph.stages)
        for index in waiting:
            stage, base = graph.stages[index], graph.bases[index]
            found[index] = []
            for instruction in base.instructions if base is not None else ():
                if instruction.trigger is None or budget.left < 0:
                    continue
                budget.left -= _TRIGGERED
                refused = _trigger_refusal(
                    dockerfile, graph, stage, instruction.trigger
                )
                if refused is None:
                    found[index].append(instruction.trigger)
                else:
                    place = stage.from_
                    where = on_first_line(dockerfile, place)
                    trigger = f"ONBUILD {instruction.trigger.keyword}"
                    message = f"{trigger} of the base stage: {refused.message}"
                    refusals.append(
                        Problem(message, where, place.first_line, "build", refused.hint)
                    )
    return found


def _trigger_refusal(
    dockerfile: Dockerfile,
    graph: Graph,
    stage: Stage,
    trigger: Instruction,
) -> Problem | None:
    """Why a trigger cannot run in `stage`; what it reads from joins the graph."""
    problem = refusal(trigger)
    if problem is not None:
        return problem
    sources = list(read_sources(graph, trigger, stage.from_))
    graph.sources[stage.index] += sources
    found = (
        _source_refusal(dockerfile, source) or _image_refusal(dockerfile, source)
        for source in sources
    )
    return next(filter(None, found), None)
