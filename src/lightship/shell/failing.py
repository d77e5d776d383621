"""Whether the failure of a command is the failure of its script, as far as the text tells."""

from __future__ import annotations

from lightship.shell.tree import Command, Script

_PERHAPS = ("condition", "if", "case", "function", "while", "until", "select")
_GIVES_UP = frozenset({"exit", "false", "return"})


def is_certain(script: Script, command: Command) -> bool:
    """Whether the command is run in any case, and what follows gives up where it fails: not `a || true`."""
    if script.inside(command, *_PERHAPS) or script.pipeline_of(command).negated:
        return False
    item = script.pipeline_of(command)
    following = [
        (at, other)
        for at, other in enumerate(script.pipelines)
        if at > command.pipeline and other.block == item.block
    ]
    for at, other in following:
        if other.operator == "||":
            names = {later.name for later in script.commands if later.pipeline == at}
            return bool(names & _GIVES_UP)
        if other.operator != "&&":
            return True
    return True
