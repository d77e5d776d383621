"""What pipefail would do to the RUN of a stage: how safe it is to set it from one of them on."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.lint.finding import Safety
from lightship.rules.shell.pipe_without_pipefail.in_image import InImage, in_image
from lightship.shell.commands import Script
from lightship.shell.pipefail_risks import fails_with_pipefail
from lightship.shell.pipes import counted_pipes


def safety_from(build: Build, stage: Stage, first: Instruction) -> Safety | None:
    """How safe pipefail is for each RUN from `first` on, and in stages built on this one.

    None where it would stop a build that works.
    """
    safety = Safety.UNSAFE
    risks = build.once(_risks)
    for other in build.dockerfile.stages:
        if other is not stage and stage not in build.lineage_of(other):
            continue
        start = first.span.start if other is stage else 0
        last_stop, last_unknown = risks[other.index]
        if last_stop >= start:
            return None
        if last_unknown >= start:
            safety = Safety.MANUAL
    return safety


def _risks(build: Build) -> dict[int, tuple[int, int]]:
    """By stage, where the last RUN begins that pipefail would stop, and that it may stop; -1
    without one.

    Only scripts of the image's /bin/sh count.
    """
    risks: dict[int, tuple[int, int]] = {}
    for stage in build.dockerfile.stages:
        stop, unknown = -1, -1
        for instruction in stage.instructions:
            before = build.evaluation.before(instruction)
            if before is None or before.shell is not None:
                continue

            start = instruction.span.start
            for script in filter(is_of_sh, build.scripts(instruction)):
                present = commands_in_image(build, stage, script)
                if fails_with_pipefail(script) or present is InImage.MISSING:
                    stop = start
                elif present is InImage.UNKNOWN:
                    unknown = start

        risks[stage.index] = stop, unknown
    return risks


def is_of_sh(script: Script) -> bool:
    if script.shell != "sh" or script.outer:
        return False
    return not script.text.text.startswith("#!")


def commands_in_image(build: Build, stage: Stage, script: Script) -> InImage:
    """Whether the image has all commands whose failure pipefail would show."""
    seen: set[InImage] = set()
    for pipe in counted_pipes(script):
        for command in pipe:
            if command.stage < pipe[-1].stage:
                seen.add(in_image(build, stage, script, command))
    for answer in (InImage.MISSING, InImage.UNKNOWN):
        if answer in seen:
            return answer
    return InImage.THERE
