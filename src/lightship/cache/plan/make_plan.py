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
    variables = environments(build)
    stages = Stages(build)
    steps: list[Planned] = []
    needed = _needed(build, builder)
    by_stage: dict[int, list[Step]] = {}
    for step in build.evaluation.steps:
        by_stage.setdefault(step.stage.index, []).append(step)
    for stage in build.dockerfile.stages:
        if stage.index not in needed:
            continue
        stages.start(stage)
        for step in by_stage.get(stage.index, ()):
            if _is_listed(step, builder):
                inputs = _inputs(step, builder, variables.get(id(step), ()), stages)
                if builder.spelling:
                    spelled = KeyPart(
                        Cause.INSTRUCTION, "keyword", step.instruction.name.text
                    )
                    inputs = replace(inputs, parts=(*inputs.parts, spelled))
                steps.append(
                    Planned(
                        len(steps), stage_name(stage), step, inputs, stages.last(stage)
                    )
                )
                stages.add(stage, steps[-1])
    return Plan(build, builder, tuple(steps))


def stage_name(stage: Stage) -> str:
    """The name of a stage; `stage-N` where it has none, as BuildKit calls it."""
    return stage.name or f"stage-{stage.index}"


def text_of(step: Planned) -> str:
    """An instruction on one line, as BuildKit joins it; a heredoc's body is left out."""
    return " ".join(step.instruction.line.text.split())


def _refuse(build: Build) -> None:
    """The first problem of the Dockerfile, with its line."""
    problem = next(iter(build.dockerfile.problems), None) or next(
        iter(build.evaluation.refusals), None
    )
    if problem is not None:
        line = problem.line or build.dockerfile.lines.line(problem.span.start)
        raise ParseError(
            f"line {line}: {problem.message}"
            + (f"; {problem.hint}" if problem.hint else "")
        )
    if build.final is None:
        raise ParseError(f"there is no stage {build.target} to build")


def _needed(build: Build, builder: Builder) -> frozenset[int]:
    stages = build.dockerfile.stages
    assert build.final is not None
    if builder.all_stages:
        return frozenset(
            stage.index for stage in stages if stage.index <= build.final.index
        )
    return reachable(build.evaluation.graph, [build.final])


def _is_listed(step: Step, builder: Builder) -> bool:
    keyword = step.instruction.keyword
    if builder.chains:
        return True
    return keyword in _LISTED and not (
        keyword == "WORKDIR" and clean(_directory(step)) == "/"
    )


def _directory(step: Step) -> str:
    """The directory that WORKDIR goes to."""
    joined = join_workdir(
        step.before.workdir, step.operands[0] if step.operands else ""
    )
    return joined.path


def _inputs(
    step: Step, builder: Builder, variables: tuple[SetVariable, ...], stages: Stages
) -> Inputs:
    keyword = step.instruction.keyword
    if keyword == "RUN":
        return run_inputs(step, builder, variables, stages)
    if keyword in ("COPY", "ADD"):
        return copy_inputs(step, builder, stages)
    if keyword == "WORKDIR" and not builder.chains:
        parts = [KeyPart(Cause.INSTRUCTION, "directory", clean(_directory(step)))]
        if step.before.user:
            parts.append(KeyPart(Cause.SETTING, "user", step.before.user))
        return Inputs(tuple(parts))
    return Inputs((KeyPart(Cause.INSTRUCTION, "operands", _words(step, builder)),))


def _words(step: Step, builder: Builder) -> str:
    """The instruction as it is kept in the config.

    An ARG as it is written, whatever value it is given.
    """
    instruction = step.instruction
    if instruction.keyword == "ARG" and builder.spelling:
        return " ".join(("ARG", *(pair.name.text for pair in instruction.pairs)))
    if instruction.keyword == "ARG":
        return " ".join(instruction.line.text.split())
    return " ".join((instruction.keyword, *step.operands))
