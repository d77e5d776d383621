"""Variables that a build sets: by ENV and ARG, by `export`, and before a single command."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.record import record
from lightship.text import Span


@record
class Setting:
    """`name=value`; `span` is both, `value` is None where it is not known."""

    instruction: Instruction
    name: str
    value: str | None
    span: Span


def settings(build: Build, *names: str) -> Iterator[Setting]:
    """Where one of `names` is set, in the order of the text."""
    text = build.dockerfile.text
    wanted = frozenset(name for name in names if name in text)
    if not wanted:
        return
    for instruction in build.dockerfile.instructions:
        inner = instruction.trigger or instruction
        if not any(name in instruction.span.of(text) for name in wanted):
            continue
        if inner.keyword in ("ENV", "ARG"):
            yield from _pairs(build, instruction, inner, wanted)
        elif inner.keyword in ("RUN", "CMD", "ENTRYPOINT"):
            yield from _assigned(build, instruction, wanted)


def _pairs(
    build: Build, instruction: Instruction, inner: Instruction, wanted: frozenset[str]
) -> Iterator[Setting]:
    step = build.evaluation.step(instruction) if instruction is inner else None
    values = (
        step.operands[1::2]
        if step is not None
        else [pair.value.text if pair.value else "" for pair in inner.pairs]
    )
    for pair, value in zip(inner.pairs, values, strict=False):
        if pair.name.text in wanted and pair.value is not None:
            yield Setting(instruction, pair.name.text, value.strip("\"'"), pair.span)


def _assigned(
    build: Build, instruction: Instruction, wanted: frozenset[str]
) -> Iterator[Setting]:
    for script in build.scripts(instruction):
        for command in script.commands:
            for each in command.assignments:
                if each.name in wanted:
                    yield Setting(instruction, each.name, each.value, each.span)
            for word in command.args if command.name in ("export", "declare") else ():
                name, equals, value = (word.value or "").partition("=")
                if equals and name in wanted:
                    yield Setting(instruction, name, value, word.span)
