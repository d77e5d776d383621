"""Settings of pip and uv outside the command line: ENV, ARG, variables in a script, `pip config set`.

pip reads PIP_<OPTION> and the keys `global.<option>` and `<command>.<option>` (pip.pypa.io, Configuration).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Pair
from lightship.record import record
from lightship.shell.packages import read_command
from lightship.shell.specs import written
from lightship.text import Span


@record
class Setting:
    """One such setting: `name` as it is written, `value` without quotes, empty where it has none.

    `pair` is that of ENV or ARG, None elsewhere.
    """

    instruction: Instruction
    span: Span
    name: str
    value: str
    pair: Pair | None = None


def settings(build: Build, *names: str) -> Iterator[Setting]:
    """Those of the variables `names` and of the options that they stand for, in the order of their kinds."""
    text = build.dockerfile.text
    keys = frozenset(name.partition("_")[2].lower().replace("_", "-") for name in names)
    if not any(name in text for name in (*names, *keys)):
        return
    for instruction in build.each("ENV", "ARG"):
        for pair in instruction.pairs:
            if pair.name.text in names:
                value = pair.value.text.strip("\"'") if pair.value else ""
                yield Setting(instruction, pair.name.span, pair.name.text, value, pair)
    for found in build.commands():
        yield from _of_command(found, names, keys)


def _of_command(
    found: Invocation, names: Collection[str], keys: Collection[str]
) -> Iterator[Setting]:
    command = found.command
    for assignment in command.assignments:
        if assignment.name in names:
            yield Setting(
                found.instruction,
                assignment.span,
                assignment.name,
                assignment.value or "$",
            )
    for word in command.args if command.name == "export" else ():
        name, equals, value = written(word).partition("=")
        if name in names and equals:
            yield Setting(found.instruction, word.span, name, value)
    does = read_command(command) if "config" in command.values else None
    if does is not None and does.name == "config" and len(does.operands) > 2:
        action, key, value = (written(word) for word in does.operands[:3])
        if action == "set" and key.rpartition(".")[2] in keys:
            yield Setting(found.instruction, does.operands[1].span, key, value)
