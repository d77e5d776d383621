"""What a script ends in: the commands after which it has nothing more to do."""

from __future__ import annotations

from collections.abc import Container, Iterator

from lightship.regex import regex
from lightship.shell.tree import Command, Pipeline, Script

_BRANCHES = frozenset({"if", "case", "group"})
_TESTS = frozenset({"[", "[[", "test"})
_NEXT = frozenset({"", ";", "\n"})
_VARIABLE = regex(r"\$\{?(\w+)\}?")


def last_commands(script: Script) -> tuple[Command, ...]:
    """The simple commands that may be the last one, of each branch; none of a loop or a pipe.

    In a row of `if` at the end that ask for different values of one variable, only one is taken.
    """
    commands: list[Command] = []
    for at in _last_pipelines(script):
        commands += _last_of(script, 0, at)
    return tuple(commands)


def _last_pipelines(script: Script) -> list[int]:
    """The last pipeline of the script, after those of the row of `if` before it."""
    outer = [
        index for index, pipeline in enumerate(script.pipelines) if pipeline.block == 0
    ]
    row = outer[-1:]
    asked: set[str] = set()
    while row:
        asks = _asks(script, row[0])
        if asks is None or not _is_exclusive(script, outer[-1], asks, asked):
            return row[1:] or outer[-1:]

        asked.add(asks[1])
        before = outer.index(row[0]) - 1
        if before < 0:
            return row
        row.insert(0, outer[before])
    return row


def _is_exclusive(
    script: Script, last: int, asks: tuple[str, str], asked: Container[str]
) -> bool:
    """Whether an `if` asks for another value of the variable that the last one asks for."""
    of_last = _asks(script, last)
    return of_last is not None and of_last[0] == asks[0] and asks[1] not in asked


def _asks(script: Script, at: int) -> tuple[str, str] | None:
    """The variable and the value of `if [ "$NAME" = value ]`, without `elif` and `else`.

    None where the branch may change the variable.
    """
    inner = [
        index
        for index, block in enumerate(script.blocks)
        if block.parent == 0 and block.pipeline == at
    ]
    kinds = [script.blocks[index].kind for index in inner]
    if kinds != ["condition", "if"] or script.pipelines[at].operator not in _NEXT:
        return None
    tests = [item for item in script.commands if item.block == inner[0]]
    if len(tests) != 1 or tests[0].name not in _TESTS:
        return None

    words = [word.text.strip("\"'") for word in tests[0].args if word.text[:1] != "]"]
    if len(words) != 3 or words[1] not in ("=", "==") or "$" in words[2]:
        return None
    match = _VARIABLE.fullmatch(words[0])
    if match is None:
        return None
    branch = script.blocks[inner[1]].span.of(script.text.text)
    return None if f"{match[1]}=" in branch else (match[1], words[2])


def _last_of(script: Script, block: int, at: int) -> Iterator[Command]:
    if not _ends_by_itself(script.pipelines[at]):
        return
    for command in script.commands:
        if command.pipeline == at and command.block == block:
            yield command

    for index, inner in enumerate(script.blocks):
        if inner.pipeline != at or inner.parent != block:
            continue
        if inner.kind in _BRANCHES and not inner.redirects:
            last = _last_pipeline(script, index)
            if last >= 0:
                yield from _last_of(script, index, last)


def _last_pipeline(script: Script, block: int) -> int:
    """The last pipeline of a block; -1 for none."""
    at = -1
    for index, pipeline in enumerate(script.pipelines):
        if pipeline.block == block:
            at = index
    return at


def _ends_by_itself(pipeline: Pipeline) -> bool:
    """Whether the script waits for one command, whose status is its own."""
    if pipeline.background or pipeline.negated:
        return False
    return pipeline.length == 1 and pipeline.operator != "||"
