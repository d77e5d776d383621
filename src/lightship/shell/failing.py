"""Whether the failure of a command is the failure of its script, as far as the text tells."""

from __future__ import annotations

from lightship.shell.tree import Command, Script

_PERHAPS = ("condition", "if", "case", "function", "while", "until", "select")
_GIVES_UP = frozenset({"exit", "false", "return"})


def is_certain(script: Script, command: Command) -> bool:
    """Whether the command is run in any case, and what follows gives up where it fails.

    Not so `a || true`.
    """
    item = script.pipeline_of(command)
    if item.negated or script.inside(command, *_PERHAPS):
        return False
    for at in range(command.pipeline + 1, len(script.pipelines)):
        other = script.pipelines[at]
        if other.block != item.block:
            continue
        if other.operator == "||":
            return _gives_up(script, at)
        if other.operator != "&&":
            return True
    return True


def _gives_up(script: Script, pipeline: int) -> bool:
    for command in script.commands:
        if command.pipeline == pipeline and command.name in _GIVES_UP:
            return True
    return False
