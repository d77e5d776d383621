"""What an apt.conf sets, for which instructions."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction


def configured(build: Build, name: str) -> set[Instruction]:
    """The instructions for which an apt.conf sets `name`.

    It counts where the Dockerfile writes one, or may copy one.
    """
    instructions: set[Instruction] = set()
    if "apt.conf" not in build.dockerfile.text:
        return instructions
    ends: dict[int, bool] = {}
    for stage in build.dockerfile.stages:
        base = build.evaluation.graph.bases[stage.index]
        is_set = base is not None and ends.get(base.index, False)
        for instruction in stage.instructions:
            if not is_set:
                is_set = _configures(build, instruction, name)
            if is_set:
                instructions.add(instruction)
        ends[stage.index] = is_set
    return instructions


def _configures(build: Build, instruction: Instruction, name: str) -> bool:
    text = instruction.span.of(build.dockerfile.text)
    if "apt.conf" not in text:
        return False
    if instruction.keyword == "RUN" or instruction.heredocs:
        return name.lower() in text.lower()
    if instruction.keyword not in ("COPY", "ADD"):
        return False

    context = build.context
    for word in instruction.args[:-1]:
        content = context.read(word.text) if context is not None else None
        if content is None or name.lower() in content.lower():
            return True
    return False
