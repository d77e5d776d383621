"""What an apt.conf sets, for which instructions."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction


def configured(build: Build, name: str) -> set[Instruction]:
    """The instructions for which an apt.conf that the Dockerfile writes, or may copy, sets `name`."""
    found: set[Instruction] = set()
    if "apt.conf" not in build.dockerfile.text:
        return found
    ends: dict[int, bool] = {}
    for stage in build.dockerfile.stages:
        base = build.evaluation.graph.bases[stage.index]
        known = base is not None and ends.get(base.index, False)
        for instruction in stage.instructions:
            known = known or _configures(build, instruction, name)
            if known:
                found.add(instruction)
        ends[stage.index] = known
    return found


def _configures(build: Build, instruction: Instruction, name: str) -> bool:
    text = instruction.span.of(build.dockerfile.text)
    if "apt.conf" not in text:
        return False
    if instruction.keyword == "RUN" or instruction.heredocs:
        return name.lower() in text.lower()
    if instruction.keyword not in ("COPY", "ADD"):
        return False
    files = [
        build.context.read(word.text) if build.context else None
        for word in instruction.args[:-1]
    ]
    return any(content is None or name.lower() in content.lower() for content in files)
