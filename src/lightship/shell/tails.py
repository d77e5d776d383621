"""What a script ends in: the commands after which it has nothing more to do."""

from __future__ import annotations

from collections.abc import Iterator

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
    pipelines = enumerate(script.pipelines)
    outer = [index for index, pipeline in pipelines if pipeline.block == 0]
    asked: set[str] = set()
    variable = ""
    row: list[int] = []
    for at in reversed(outer):
        asks = _asks(script, at)
        if asks is None:
            break
        name, value = asks
        is_first = not row
        if not is_first and (name != variable or value in asked):
            break

        variable = name
        asked.add(value)
        row.insert(0, at)
    return row or outer[-1:]


def _asks(script: Script, at: int) -> tuple[str, str] | None:
    """The variable and the value of `if [ "$NAME" = value ]`, without `elif` and `else`.

    None where the branch may change the variable.
    """
    if script.pipelines[at].operator not in _NEXT:
        return None
    inner: list[int] = []
    for index, block in enumerate(script.blocks):
        if block.parent == 0 and block.pipeline == at:
            inner.append(index)
    kinds = [script.blocks[index].kind for index in inner]
    if kinds != ["condition", "if"]:
        return None

    condition, branch = inner
    tests = [item for item in script.commands if item.block == condition]
    if len(tests) != 1:
        return None
    asks = _compared(tests[0])
    if asks is None:
        return None
    variable, _ = asks
    text = script.blocks[branch].span.of(script.text.text)
    return None if f"{variable}=" in text else asks


def _compared(test: Command) -> tuple[str, str] | None:
    """The variable and the value of `[ "$NAME" = value ]`."""
    if test.name not in _TESTS:
        return None
    texts = [word.text for word in test.args if not word.text.startswith("]")]
    words = [text.strip("\"'") for text in texts]
    if len(words) != 3:
        return None
    variable, operator, value = words
    match = _VARIABLE.fullmatch(variable)
    if match is None or operator not in ("=", "==") or "$" in value:
        return None
    return match[1], value


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
