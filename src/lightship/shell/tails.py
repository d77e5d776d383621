"""What a script ends in: the commands after which it has nothing more to do."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.shell.tree import Command, Script

_BRANCHES = frozenset({"if", "case", "group"})


def last_commands(script: Script) -> tuple[Command, ...]:
    """The simple commands that may be the last one, of each branch; none of a loop or a pipe."""
    return tuple(_last_of(script, 0))


def _last_of(script: Script, block: int) -> Iterator[Command]:
    at = max(
        (at for at, item in enumerate(script.pipelines) if item.block == block),
        default=None,
    )
    if at is None:
        return
    item = script.pipelines[at]
    if item.background or item.length > 1 or item.operator == "||" or item.negated:
        return
    yield from (
        command
        for command in script.commands
        if command.pipeline == at and command.block == block
    )
    for index, inner in enumerate(script.blocks):
        if (
            inner.pipeline == at
            and inner.parent == block
            and inner.kind in _BRANCHES
            and not inner.redirects
        ):
            yield from _last_of(script, index)
