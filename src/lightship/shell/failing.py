"""Whether the failure of a command is the failure of its script, as far as the text tells."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache

from lightship.shell.tree import Command, Script

_PERHAPS = ("condition", "if", "case", "function", "while", "until", "select")
_GIVES_UP = frozenset({"exit", "false", "return"})
_ENDS = frozenset({"exit", "return", "exec"})
_QUESTIONS = frozenset(
    "[ [[ test command type which hash grep egrep dpkg-query case false".split()
)


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


def is_always_run(script: Script, command: Command) -> bool:
    """Whether the script runs a command whatever happens, and does not expect it to fail.

    Not so after `if`, `||`, `[ … ] &&` and `exit`, before `|| true`, and in the script of a command
    that is not always run itself.
    """
    if script.opaque or script.errors:
        return False
    if not is_certain(script, command) or _may_end_before(script, command):
        return False
    if not _is_in_plain_chain(script, command.pipeline):
        return False
    for block in script.enclosing(command):
        if block.pipeline < 0:
            continue
        if not _is_in_plain_chain(script, block.pipeline):
            return False
    if script.outer is None or script.around is None:
        return True
    return is_always_run(script.around, script.outer)


def _may_end_before(script: Script, command: Command) -> bool:
    """Whether an earlier command may end the script."""
    first = _first_end(script)
    return first is not None and first < command.index


@lru_cache(maxsize=64)
def _first_end(script: Script) -> int | None:
    """The index of the first command that may end the script."""
    for command in script.commands:
        if command.name in _ENDS:
            return command.index
    return None


@lru_cache(maxsize=64)
def _by_block(script: Script) -> Mapping[int, Sequence[int]]:
    """The indices of the pipelines of each block, in order."""
    indices: dict[int, list[int]] = {}
    for index, item in enumerate(script.pipelines):
        indices.setdefault(item.block, []).append(index)
    return indices


@lru_cache(maxsize=64)
def _questions(script: Script) -> frozenset[int]:
    """The indices of the pipelines on whose answer the next one depends."""
    asking = {
        command.pipeline for command in script.commands if command.name in _QUESTIONS
    }
    negated = {index for index, item in enumerate(script.pipelines) if item.negated}
    return frozenset(asking | negated)


def _is_in_plain_chain(script: Script, pipeline: int) -> bool:
    """Whether nothing in its list decides whether a pipeline is run, or hides its failure."""
    own = script.pipelines[pipeline]
    if own.negated or own.background:
        return False
    indices = _by_block(script)[own.block]
    place = bisect_left(indices, pipeline)
    return _is_reached(script, indices, place) and _is_unhidden(script, indices, place)


def _is_reached(script: Script, indices: Sequence[int], place: int) -> bool:
    """Whether no `||` and no question before `&&` stands before a pipeline."""
    questions = _questions(script)
    for at in range(place, -1, -1):
        index = indices[at]
        if at < place and index in questions:
            return False
        operator = script.pipelines[index].operator
        if operator == "||":
            return False
        if operator != "&&":
            break
    return True


def _is_unhidden(script: Script, indices: Sequence[int], place: int) -> bool:
    """Whether no `|| true` comes after a pipeline."""
    for index in indices[place + 1 :]:
        operator = script.pipelines[index].operator
        if operator == "||":
            return _fails(script, index)
        if operator != "&&":
            break
    return True


def _fails(script: Script, pipeline: int) -> bool:
    """Whether a pipeline ends the script with a failure: `exit 1`, not `exit 0`."""
    for command in script.commands:
        if command.pipeline == pipeline and command.name in _GIVES_UP:
            return not command.has("0")
    return False


def fails_script(script: Script, command: Command) -> bool:
    """Whether a script that runs a command fails where the command does.

    Not so in `$(…)`, before another command of a pipe without pipefail, and before `;` without
    errexit.
    """
    pipeline = script.pipeline_of(command)
    is_last = command.stage == pipeline.length - 1
    if not is_last and not pipeline.pipefail:
        return False
    if not _fails_list(script, command.pipeline):
        return False
    for block in script.enclosing(command):
        if block.kind in ("substitution", "process"):
            return False
        if block.pipeline >= 0 and not _fails_list(script, block.pipeline):
            return False
    if script.outer is None or script.around is None:
        return True
    return fails_script(script.around, script.outer)


def ends_build(script: Script, command: Command) -> bool:
    """Whether the instruction surely runs a command, and fails where the command does."""
    return is_always_run(script, command) and fails_script(script, command)


def _fails_list(script: Script, pipeline: int) -> bool:
    """Whether the failure of a pipeline is that of the list in which it stands."""
    own = script.pipelines[pipeline]
    if own.background:
        return False
    if own.errexit:
        return True
    indices = _by_block(script)[own.block]
    for index in indices[bisect_left(indices, pipeline) + 1 :]:
        if script.pipelines[index].operator not in ("&&", "||"):
            return False
    return True
