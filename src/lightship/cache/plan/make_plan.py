"""From a Build to its Plan: which instructions are steps, and what each lies upon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lightship.build import Build
from lightship.cache.builders import BUILDKIT, Builder
from lightship.cache.plan.copy_inputs import copy_inputs
from lightship.cache.plan.plan import (
    Inputs,
    Plan,
    Planned,
    instruction_part,
    setting_part,
)
from lightship.cache.plan.run_inputs import run_inputs
from lightship.cache.plan.run_variables import Variables, environments
from lightship.cache.plan.stage_ends import Stages
from lightship.cache.plan.step_names import (
    directory_of,
    is_listed,
    on_one_line,
    stage_name,
)
from lightship.errors import ParseError
from lightship.evaluation.dispatch import Step
from lightship.evaluation.stages import reachable

_StepsByStage = Mapping[int, list[Step]]


def make_plan(build: Build, builder: Builder = BUILDKIT) -> Plan:
    """The steps that the target of `build` needs. A ParseError for what BuildKit would refuse."""
    _refuse(build)
    needed = _needed(build, builder)
    variables = environments(build)
    by_stage = _listed_by_stage(build, builder)

    stages = Stages(build)
    steps: list[Planned] = []
    for stage in build.dockerfile.stages:
        number = stage.index
        if number not in needed:
            continue

        stages.start(stage)
        name = stage_name(stage)
        listed = by_stage.get(number, ())
        for step in listed:
            seen = variables.get(id(step), ())
            inputs = _inputs(step, builder, seen, stages)
            planned = Planned(
                number=len(steps),
                stage=name,
                evaluated=step,
                inputs=inputs,
                below=stages.last(stage),
            )
            steps.append(planned)
            stages.add(stage, planned)
    return Plan(build, builder, tuple(steps))


def _listed_by_stage(build: Build, builder: Builder) -> _StepsByStage:
    """The steps that the builder lists, by the number of their stage."""
    by_stage: dict[int, list[Step]] = {}
    for step in build.evaluation.steps:
        # Without BuildKit's graph each instruction is a step
        if builder.chains or is_listed(step):
            stage = step.stage.index
            of_stage = by_stage.setdefault(stage, [])
            of_stage.append(step)
    return by_stage


def _refuse(build: Build) -> None:
    """A ParseError for the first problem of the Dockerfile, with its line."""
    dockerfile = build.dockerfile
    problems = dockerfile.problems or build.evaluation.refusals
    if problems:
        problem = problems[0]
        start = problem.span.start
        line = problem.line or dockerfile.lines.line(start)
        message = f"line {line}: {problem.message}"
        if problem.hint:
            message += f"; {problem.hint}"
        raise ParseError(message)

    if build.final is None:
        raise ParseError(f"there is no stage {build.target} to build")


def _needed(build: Build, builder: Builder) -> frozenset[int]:
    """The numbers of the stages that are built."""
    final = build.final
    assert final is not None
    if builder.all_stages:
        up_to_final = range(final.index + 1)
        return frozenset(up_to_final)
    graph = build.evaluation.graph
    return reachable(graph, [final])


def _inputs(
    step: Step,
    builder: Builder,
    variables: Variables,
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
        operands = instruction_part("operands", words)
        inputs = Inputs((operands,))

    if builder.spelling:
        return _with_spelling(inputs, step)
    return inputs


def _with_spelling(inputs: Inputs, step: Step) -> Inputs:
    """With the keyword as it is written: `run` and `RUN` are two different ones then."""
    spelling = step.instruction.name.text
    keyword = instruction_part("keyword", spelling)
    parts = (*inputs.parts, keyword)
    return replace(inputs, parts=parts)


def _directory_inputs(step: Step) -> Inputs:
    directory = directory_of(step)
    parts = [instruction_part("directory", directory)]
    user = step.before.user
    if user:
        parts.append(setting_part("user", user))
    return Inputs(tuple(parts))


def _words(step: Step, builder: Builder) -> str:
    """The instruction as it is kept in the config.

    An ARG as it is written, whatever value it is given.
    """
    instruction = step.instruction
    keyword = instruction.keyword
    if keyword == "ARG" and not builder.spelling:
        return on_one_line(instruction)

    operands = list(step.operands)
    if keyword == "ARG":
        operands = [pair.name.text for pair in instruction.pairs]
    words = [keyword, *operands]
    return " ".join(words)
