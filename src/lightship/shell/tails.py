"""What a script ends in: the commands after which it has nothing more to do."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.shell.tree import Command, Pipeline, Script

_BRANCHES = frozenset({"if", "case", "group"})


def last_commands(script: Script) -> tuple[Command, ...]:
    """The simple commands that may be the last one, of each branch; none of a loop or a pipe."""
    return tuple(_last_of(script, 0))


def _last_of(script: Script, block: int) -> Iterator[Command]:
    at = -1
    for index, pipeline in enumerate(script.pipelines):
        if pipeline.block == block:
            at = index
    if at < 0 or not _ends_by_itself(script.pipelines[at]):
        return

    for command in script.commands:
        if command.pipeline == at and command.block == block:
            yield command
    for index, inner in enumerate(script.blocks):
        if inner.pipeline != at or inner.parent != block:
            continue
        if inner.kind in _BRANCHES and not inner.redirects:
            yield from _last_of(script, index)


def _ends_by_itself(pipeline: Pipeline) -> bool:
    """Whether the script waits for one command, whose status is its own."""
    if pipeline.background or pipeline.negated:
        return False
    return pipeline.length == 1 and pipeline.operator != "||"
