"""From a Build to its Plan: which instructions are steps, and what each lies upon."""

from __future__ import annotations

from dataclasses import replace

from lightship.build import Build
from lightship.cache.builders import BUILDKIT, Builder
from lightship.cache.causes import Cause
from lightship.cache.plan.copy_inputs import copy_inputs
from lightship.cache.plan.plan import Inputs, KeyPart, Plan, Planned
from lightship.cache.plan.run_inputs import run_inputs
from lightship.cache.plan.run_variables import SetVariable, environments
from lightship.cache.plan.stage_ends import Stages
from lightship.dockerfile.tree import Stage
from lightship.errors import ParseError
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import clean, join_workdir
from lightship.evaluation.stages import reachable

_LISTED = frozenset(("RUN", "COPY", "ADD", "WORKDIR"))


def make_plan(build: Build, builder: Builder = BUILDKIT) -> Plan:
    """The steps that the target of `build` needs. A ParseError for what BuildKit would refuse."""
    _refuse(build)
    needed = _needed(build, builder)
    variables = environments(build)
    by_stage = _listed_by_stage(build, builder)

    stages = Stages(build)
    steps: list[Planned] = []
    for stage in build.dockerfile.stages:
        if stage.index not in needed:
            continue
        stages.start(stage)
        name = stage_name(stage)
        for step in by_stage.get(stage.index, ()):
            seen = variables.get(id(step), ())
            inputs = _inputs(step, builder, seen, stages)
            below = stages.last(stage)
            planned = Planned(len(steps), name, step, inputs, below)
            steps.append(planned)
            stages.add(stage, planned)
    return Plan(build, builder, tuple(steps))


def _listed_by_stage(build: Build, builder: Builder) -> dict[int, list[Step]]:
    """The steps that the builder lists, by the number of their stage."""
    by_stage: dict[int, list[Step]] = {}
    for step in build.evaluation.steps:
        if _is_listed(step, builder):
            of_stage = by_stage.setdefault(step.stage.index, [])
            of_stage.append(step)
    return by_stage


def stage_name(stage: Stage) -> str:
    """The name of a stage; `stage-N` where it has none, as BuildKit calls it."""
    return stage.name or f"stage-{stage.index}"


def text_of(step: Planned) -> str:
    """An instruction on one line, as BuildKit joins it; a heredoc's body is left out."""
    return " ".join(step.instruction.line.text.split())


def _refuse(build: Build) -> None:
    """The first problem of the Dockerfile, with its line."""
    dockerfile = build.dockerfile
    problems = dockerfile.problems or build.evaluation.refusals
    if problems:
        problem = problems[0]
        line = problem.line or dockerfile.lines.line(problem.span.start)
        hint = f"; {problem.hint}" if problem.hint else ""
        raise ParseError(f"line {line}: {problem.message}{hint}")
    if build.final is None:
        raise ParseError(f"there is no stage {build.target} to build")


def _needed(build: Build, builder: Builder) -> frozenset[int]:
    """The numbers of the stages that are built."""
    final = build.final
    assert final is not None
    if not builder.all_stages:
        return reachable(build.evaluation.graph, [final])
    return frozenset(range(final.index + 1))


def _is_listed(step: Step, builder: Builder) -> bool:
    if builder.chains:
        return True
    keyword = step.instruction.keyword
    if keyword == "WORKDIR":
        return _directory(step) != "/"
    return keyword in _LISTED


def _directory(step: Step) -> str:
    """The directory that WORKDIR goes to."""
    operand = step.operands[0] if step.operands else ""
    joined = join_workdir(step.before.workdir, operand)
    return clean(joined.path)


def _inputs(
    step: Step,
    builder: Builder,
    variables: tuple[SetVariable, ...],
    stages: Stages,
) -> Inputs:
    """What the key of a step depends on beside the step below."""
    keyword = step.instruction.keyword
    if keyword == "RUN":
        inputs = run_inputs(step, builder, variables, stages)
    elif keyword in ("COPY", "ADD"):
        inputs = copy_inputs(step, builder, stages)
    elif keyword == "WORKDIR" and not builder.chains:
        inputs = _directory_inputs(step)
    else:
        words = _words(step, builder)
        operands = KeyPart(Cause.INSTRUCTION, "operands", words)
        inputs = Inputs((operands,))

    if not builder.spelling:
        return inputs
    spelling = step.instruction.name.text
    spelled = KeyPart(Cause.INSTRUCTION, "keyword", spelling)
    return replace(inputs, parts=(*inputs.parts, spelled))


def _directory_inputs(step: Step) -> Inputs:
    directory = _directory(step)
    parts = [KeyPart(Cause.INSTRUCTION, "directory", directory)]
    user = step.before.user
    if user:
        parts.append(KeyPart(Cause.SETTING, "user", user))
    return Inputs(tuple(parts))


def _words(step: Step, builder: Builder) -> str:
    """The instruction as it is kept in the config.

    An ARG as it is written, whatever value it is given.
    """
    instruction = step.instruction
    keyword = instruction.keyword
    if keyword != "ARG":
        return " ".join((keyword, *step.operands))
    if builder.spelling:
        names = [pair.name.text for pair in instruction.pairs]
        return " ".join(("ARG", *names))
    return " ".join(instruction.line.text.split())
