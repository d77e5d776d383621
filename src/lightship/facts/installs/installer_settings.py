"""Settings of pip and uv outside the command line.

They are in ENV, ARG, variables of a script, and `pip config set`. pip reads PIP_<OPTION> and the
keys `global.<option>` and `<command>.<option>` (pip.pypa.io, Configuration).
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
class InstallerSetting:
    """One such setting: `name` as it is written, and `value` without quotes.

    The value is empty where there is none. `pair` is that of ENV or ARG, None elsewhere.
    """

    instruction: Instruction
    span: Span
    name: str
    value: str
    pair: Pair | None = None


def settings(build: Build, *names: str) -> Iterator[InstallerSetting]:
    """Those of the variables `names` and of the options that they stand for.

    They come in the order of their kinds.
    """
    text = build.dockerfile.text
    keys = frozenset(map(_option_of, names))
    marks = (*names, *keys)
    if not any(mark in text for mark in marks):
        return

    for instruction in build.each("ENV", "ARG"):
        for pair in instruction.pairs:
            if pair.name.text in names:
                yield _of_pair(instruction, pair)
    for call in build.commands():
        yield from _of_assignments(call, names)
        yield from _of_export(call, names)
        yield from _of_config(call, keys)


def _option_of(variable: str) -> str:
    """`no-cache-dir` for PIP_NO_CACHE_DIR."""
    _, _, option = variable.partition("_")
    option = option.lower()
    return option.replace("_", "-")


def _of_pair(instruction: Instruction, pair: Pair) -> InstallerSetting:
    name = pair.name
    value = ""
    if pair.value is not None:
        value = pair.value.text.strip("\"'")
    return InstallerSetting(
        instruction,
        name.span,
        name.text,
        value,
        pair,
    )


def _of_assignments(
    call: Invocation, names: Collection[str]
) -> Iterator[InstallerSetting]:
    for assignment in call.command.assignments:
        if assignment.name in names:
            yield InstallerSetting(
                call.instruction,
                assignment.span,
                assignment.name,
                assignment.value or "$",
            )


def _of_export(call: Invocation, names: Collection[str]) -> Iterator[InstallerSetting]:
    if call.command.name != "export":
        return
    for word in call.command.args:
        text = written(word)
        name, equals, value = text.partition("=")
        if name in names and equals:
            yield InstallerSetting(
                call.instruction,
                word.span,
                name,
                value,
            )


def _of_config(call: Invocation, keys: Collection[str]) -> Iterator[InstallerSetting]:
    """What `pip config set` writes."""
    if "config" not in call.command.values:
        return
    does = read_command(call.command)
    if does is None or does.name != "config":
        return
    if len(does.operands) < 3:
        return

    action, key, value = does.operands[:3]
    if written(action) != "set":
        return
    name = written(key)
    _, _, option = name.rpartition(".")
    if option in keys:
        yield InstallerSetting(
            call.instruction,
            key.span,
            name,
            written(value),
        )
