"""Commands in the body of a loop, and whether the loop ends when one of them fails."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.shell.commands import Block, Command, Pipeline, Script

_LOOPS = frozenset({"for", "while", "until"})
# With one of them the loop handles failures, or tries again
_HANDLING = frozenset({"break", "exit", "return", "continue", "sleep", "kill", "trap"})


def loop_of(script: Script, command: Command) -> Block | None:
    """The loop whose body the command is part of, if it is run in each of its rounds."""
    for block in script.enclosing(command):
        if block.kind in _LOOPS:
            return block
        # Braces change nothing; a branch is not run in each round
        if block.kind != "group":
            return None
    return None


def is_handled(script: Script, loop: Block, command: Command) -> bool:
    """Whether a failure ends the loop or is looked at, or the loop has one round alone."""
    item = script.pipeline_of(command)
    if item.errexit or item.negated or item.background or item.length > 1:
        return True

    for other in script.commands:
        if loop.span.covers(other.span) and other.name in _HANDLING:
            return True

    for later in pipelines_after(script, command):
        if later.operator == "||":
            return True
        if later.operator != "&&":
            break
    return loop.kind == "for" and _rounds(script, loop) == 1


def pipelines_after(script: Script, command: Command) -> Iterator[Pipeline]:
    """Those that follow the pipeline of a command in the same block."""
    own = script.pipeline_of(command)
    for later in script.pipelines[command.pipeline + 1 :]:
        if later.block == own.block:
            yield later


def _rounds(script: Script, loop: Block) -> int:
    """How many words a `for` goes through; 0 where that is not known."""
    if script.text.starts != (0,):
        return 0  # its text is joined from several places
    text = loop.span.of(script.text.text)
    head, semicolon, _body = text.partition(";")
    _variable, names, words = head.partition(" in ")
    if not semicolon or not names:
        return 0

    is_known = not any(mark in words for mark in "$`*?[")
    return len(words.split()) if is_known else 0
