"""Where in its script a cd stands, and what comes after it."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Invocation
from lightship.evaluation.paths import clean
from lightship.rules.shell.cd_in_run.homes import TEMPORARY
from lightship.shell.commands import Command, Pipeline, Script, Word

_JOINED = ("&&", ";", "\n")


def is_plain(call: Invocation) -> bool:
    """Whether it goes to one directory, in a script that is its RUN's own."""
    command = call.command
    if len(command.words) != 2 or command.redirects:
        return False
    if call.script.errors:
        return False  # the shell refuses the script
    return _is_whole(call.script)


def is_alone(call: Invocation) -> bool:
    """Whether its RUN does nothing else."""
    return begins_script(call) and call.command is call.script.commands[-1]


def begins_script(call: Invocation) -> bool:
    """Whether its script begins with it: nothing but `set` comes before."""
    command = call.command
    earlier = call.script.commands[: command.index]
    return not command.block and _only_set(earlier)


def _is_whole(script: Script) -> bool:
    """Whether the RUN does nothing else: the script is its own, or handed to a shell with nothing
    around but `set`.
    """
    if script.outer is None:
        return True
    around = script.around
    if around is None or around.outer is not None:
        return False
    *before, last = around.commands
    return script.outer is last and _only_set(before)


def is_meant_to_stay(call: Invocation, word: Word) -> bool:
    """Whether a `cd` at the end of a script is its only one, and goes to a place of its own: not
    back, and not out.
    """
    command = call.command
    if command.block:
        return False
    *earlier, _last = call.script.commands
    if any(map(_moves, earlier)):
        return False

    pipeline = call.script.pipelines[command.pipeline]
    if not _goes_on(pipeline) or pipeline.background:
        return False
    target = word.prefix
    if target.startswith(("..", "-", "~")):
        return False
    return target not in ("", "/", ".")


def _moves(command: Command) -> bool:
    return command.name in ("cd", "pushd", "popd")


def _goes_on(pipeline: Pipeline) -> bool:
    """Whether it is one command that follows another."""
    if pipeline.length > 1:
        return False
    return pipeline.operator in _JOINED


def _only_set(commands: Sequence[Command]) -> bool:
    return all(command.name == "set" and not command.block for command in commands)


def is_start(call: Invocation, word: Word) -> bool:
    """Whether the whole script works in one absolute directory, which is there to stay."""
    script = call.script
    follower = follower_of(call)
    if follower is None or follower.operator not in _JOINED:
        return False
    if script.pipelines[call.command.pipeline].length != 1:
        return False
    if sum(map(_moves, script.commands)) != 1:
        return False

    path = clean(word.value or "")
    if not path.startswith("/") or _is_removed(script, path):
        return False
    return not f"{path}/".startswith(TEMPORARY)


def _is_removed(script: Script, path: str) -> bool:
    """Whether the script removes a directory, so that nothing could start there afterwards."""
    for command in script.commands:
        if command.name == "rm" and path in map(clean, filter(None, command.values)):
            return True
    return False


def follower_of(call: Invocation) -> Pipeline | None:
    """What comes after it: the commands before it are a `set` each."""
    place = call.command.index + 1
    after = call.script.items[place:]
    return after[0] if after else None
