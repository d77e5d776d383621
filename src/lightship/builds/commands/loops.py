"""`for NAME in words` of a script: its commands once for each word that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.builds.commands.known_words import (
    ScriptScope,
    ShellValue,
    shell_values,
)
from lightship.record import record
from lightship.regex import regex
from lightship.shell.parse import parse
from lightship.shell.tree import Block, Command, Script
from lightship.shell.words import Word
from lightship.text import Mapped

_MOST_TURNS = 64  # of all loops of a script
_HEAD = regex(r"for[ \t]+([A-Za-z_]\w*)[ \t]+in[ \t]")
_PATTERN = regex(r"[*?\[]")
_BRACES = regex(r"([^{}]*)\{([^{},]*(?:,[^{},]*)+)\}([^{}]*)")
_RANGE = regex(r"([^{}]*)\{(\d{1,4})\.\.(\d{1,4})\}([^{}]*)")


@record(eq=False, frozen=False)
class LoopBudget:
    """How many turns of loops are still followed."""

    left: int = _MOST_TURNS


def runs(
    script: Script,
    scope: ScriptScope,
    source: str,
    commands: Sequence[Command] | None = None,
    entered: frozenset[int] = frozenset(),
    budget: LoopBudget | None = None,
) -> Iterator[Command]:
    """The commands of a script as they run, those of a loop in each turn.

    Before a turn `scope` has the variable of the loop. What differs between turns is not known
    after them.
    """
    commands = script.commands if commands is None else commands
    budget = budget or LoopBudget()
    at = 0
    while at < len(commands):
        block = _loop_around(script, commands[at], entered)
        if block < 0:
            yield commands[at]
            at += 1
            continue

        end = at + 1
        while end < len(commands) and block in _blocks_around(script, commands[end]):
            end += 1
        inside = commands[at:end]
        at = end
        yield from _turns(
            script, scope, source, inside, entered | {block}, block, budget
        )


def _turns(
    script: Script,
    scope: ScriptScope,
    source: str,
    commands: Sequence[Command],
    entered: frozenset[int],
    block: int,
    budget: LoopBudget,
) -> Iterator[Command]:
    """The commands in a loop, once for each of its words; once where those are not known."""
    name, words = _head(script.blocks[block], source, commands[0], scope)
    values: list[str | None] = [word.text for word in words]
    is_known = bool(words) and not any(word.why for word in words)
    if not is_known or len(values) > budget.left:
        values = [None]
    budget.left -= len(values)

    before = dict(scope.own), dict(scope.arrays)
    after: list[tuple[dict[str, object], dict[str, object]]] = []
    for value in values:
        scope.own = dict(before[0])
        scope.arrays = dict(before[1])
        if name:
            scope.own[name] = value
        yield from runs(script, scope, source, commands, entered, budget)
        after.append((dict(scope.own), dict(scope.arrays)))
    for own, arrays in after:
        differing = {key for key in own if own[key] != scope.own.get(key)}
        differing |= {key for key in arrays if arrays[key] != scope.arrays.get(key)}
        for key in differing:
            scope.forget(key)


def _loop_around(script: Script, command: Command, entered: frozenset[int]) -> int:
    """The outermost loop around a command that was not entered yet; -1 where there is none."""
    outermost = -1
    for block in _blocks_around(script, command):
        if script.blocks[block].kind == "for" and block not in entered:
            outermost = block
    return outermost


def _blocks_around(script: Script, command: Command) -> list[int]:
    """The blocks around a command, innermost first."""
    blocks = []
    at = command.block
    while at > 0:
        blocks.append(at)
        at = script.blocks[at].parent
    return blocks


def _head(
    block: Block, source: str, first: Command, scope: ScriptScope
) -> tuple[str, list[ShellValue]]:
    """The variable of a loop and its words; no words where they are not known."""
    match = _HEAD.match(source, block.span.start)
    if match is None:
        return "", []
    text = source[match.end() : first.span.start]
    script = parse(Mapped.plain(f"words {text}", 0), "bash")
    words: list[ShellValue] = []
    for command in script.commands[:1]:
        for word in command.args:
            words += _expanded(word, scope)
    return match[1], words


def _expanded(word: Word, scope: ScriptScope) -> list[ShellValue]:
    """The values of one word, with its braces; a pattern of file names is not known."""
    if not word.quoted and _PATTERN.search(word.text):
        is_array = word.text.startswith("${")
        if not is_array:
            return [ShellValue(word.text, "it is a pattern of file names")]
    braces = None if word.quoted else _BRACES.fullmatch(word.text)
    if braces is not None and "$" not in word.text:
        middle = braces[2].split(",")
        return [ShellValue(f"{braces[1]}{part}{braces[3]}") for part in middle]
    numbers = None if word.quoted else _RANGE.fullmatch(word.text)
    if numbers is not None:
        first, last = int(numbers[2]), int(numbers[3])
        return [
            ShellValue(f"{numbers[1]}{number}{numbers[4]}")
            for number in range(first, last + 1)
        ]
    return list(shell_values(word, scope))
