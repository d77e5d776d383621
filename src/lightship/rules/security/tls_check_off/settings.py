"""Variables that a build sets: by ENV and ARG, by `export`, and before a single command."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.record import record
from lightship.shell.commands import Script
from lightship.text import Span


@record
class VariableSetting:
    """`name=value`; `span` is both, `value` is None where it is not known."""

    instruction: Instruction
    name: str
    value: str | None
    span: Span


def settings(build: Build, *names: str) -> Iterator[VariableSetting]:
    """Where one of `names` is set, in the order of the text."""
    text = build.dockerfile.text
    wanted = frozenset(name for name in names if name in text)
    if not wanted:
        return
    for instruction in build.dockerfile.instructions:
        own_text = instruction.span.of(text)
        if not any(name in own_text for name in wanted):
            continue
        inner = instruction.trigger or instruction
        if inner.keyword in ("ENV", "ARG"):
            yield from _pairs(build, instruction, inner, wanted)
        elif inner.keyword in ("RUN", "CMD", "ENTRYPOINT"):
            for script in build.scripts(instruction):
                yield from _assigned(instruction, script, wanted)


def _pairs(
    build: Build,
    instruction: Instruction,
    inner: Instruction,
    wanted: frozenset[str],
) -> Iterator[VariableSetting]:
    """Those of ENV and ARG, expanded where they are not in a trigger."""
    step = build.evaluation.step(instruction) if instruction is inner else None
    expanded = step.operands[1::2] if step is not None else ()
    for number, pair in enumerate(inner.pairs):
        name = pair.name.text
        if name not in wanted or pair.value is None:
            continue
        value = expanded[number] if number < len(expanded) else pair.value.text
        yield VariableSetting(instruction, name, value.strip("\"'"), pair.span)


def _assigned(
    instruction: Instruction, script: Script, wanted: frozenset[str]
) -> Iterator[VariableSetting]:
    for command in script.commands:
        for assignment in command.assignments:
            name = assignment.name
            if name in wanted:
                value, span = assignment.value, assignment.span
                yield VariableSetting(instruction, name, value, span)
        if command.name not in ("export", "declare"):
            continue
        for word in command.args:
            name, equals, value = (word.value or "").partition("=")
            if equals and name in wanted:
                yield VariableSetting(instruction, name, value, word.span)
