"""What an apt.conf sets, for which instructions."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage


def configured(build: Build, name: str) -> set[Instruction]:
    """The instructions for which an apt.conf sets `name`.

    It counts where the Dockerfile writes one, or may copy one.
    """
    instructions: set[Instruction] = set()
    if "apt.conf" not in build.dockerfile.text:
        return instructions

    stages_with: set[Stage] = set()
    for stage in build.dockerfile.stages:
        base = build.base_of(stage)
        is_set = base in stages_with
        for instruction in stage.instructions:
            if not is_set:
                is_set = _configures(build, instruction, name)
            if is_set:
                instructions.add(instruction)
        if is_set:
            stages_with.add(stage)
    return instructions


def _configures(build: Build, instruction: Instruction, name: str) -> bool:
    text = instruction.span.of(build.dockerfile.text)
    if "apt.conf" not in text:
        return False
    keyword = instruction.keyword
    if keyword == "RUN" or instruction.heredocs:
        return _has(text, name)
    if keyword not in ("COPY", "ADD"):
        return False

    context = build.context
    for word in instruction.args[:-1]:
        if context is None:
            return True
        content = context.read(word.text)
        # A file that cannot be read may say anything
        if content is None:
            return True
        if _has(content, name):
            return True
    return False


def _has(text: str, name: str) -> bool:
    """Whether a text has a setting, in whatever case."""
    lower = text.lower()
    return name.lower() in lower
