"""What a command in shell form ends in, and whether the exec form could change that."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.facts.start.servers import server_of
from lightship.regex import regex
from lightship.shell.commands import Script
from lightship.shell.interpreters import SHELLS
from lightship.shell.tails import last_commands

# What only a shell makes something of
EXPANDS = regex(r"[$`*?<>|&;]")
_LOOPS = frozenset(("for", "select", "until", "while"))
# Nothing to hand over to: most are builtins, and all end soon
_TRIVIAL = frozenset((":", "echo", "exit", "false", "printf", "sleep", "true", "wait"))


def innermost(scripts: Sequence[Script]) -> Script | None:
    """The script itself, or the one of `sh -c '…'` where that is all it runs."""
    if not scripts:
        return None
    script = scripts[0]
    while len(script.commands) == 1 and script.commands[0].name in SHELLS:
        if len(script.inner) != 1:
            break
        script = script.inner[0]
    return script


def ends_in_no_program(script: Script) -> bool:
    """Whether it ends in a loop, which is the program itself, or in `sleep` or `echo`."""
    last = -1
    for index, pipeline in enumerate(script.pipelines):
        if pipeline.block == 0:
            last = index
    if last < 0 or script.pipelines[last].operator == "||":
        return False

    for block in script.blocks:
        if block.parent == 0 and block.pipeline == last and block.kind in _LOOPS:
            return True
    commands = last_commands(script)
    return bool(commands) and all(item.name in _TRIVIAL for item in commands)


def hands_over(script: Script) -> bool:
    """Whether each of its ends is an `exec`, so that the program gets the signals."""
    commands = last_commands(script)
    return bool(commands) and all(item.wrapped_by("exec") for item in commands)


def has_jobs(script: Script) -> bool:
    """Whether it starts something in the background."""
    return any(pipeline.background for pipeline in script.pipelines)


def has_server_as_job(script: Script) -> bool:
    """Whether a server that is known to be one runs in the background."""
    for command in script.commands:
        if server_of(command) is not None and script.in_background(command):
            return True
    return False


def last_program(script: Script) -> str:
    """The one program with which it ends in the foreground; empty without one."""
    commands = last_commands(script)
    if len(commands) != 1 or commands[0].name in _TRIVIAL:
        return ""
    return commands[0].name
