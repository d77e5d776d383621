"""Pipes that work without pipefail, and would fail with it."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.shell.pipes import counted_pipes, may_stop_early, only_lists
from lightship.shell.tree import Command, Script

# They fail where they find nothing, or for one entry of many
_FAIL_BY_DESIGN = frozenset("grep egrep fgrep ldd yes".split())
# What prints so little that its reader has it before it may stop
_SHORT = frozenset(
    "date dirname basename echo expr hostname id nproc printf uname".split()
)
_DOWNLOADS = frozenset("aria2c curl wget".split())
_HELP = ("--help", "-help")


def fails_with_pipefail(script: Script) -> bool:
    """Whether pipefail may turn the success of a pipe into failure.

    So it is before `head`, which closes its input, and for a `grep` without a match. In `$(...)`
    only programs that are known count as such that do not fail: many print their version, and
    exit with 1.
    """
    return any(_fails(script, pipe) for pipe in counted_pipes(script))


def _fails(script: Script, pipe: tuple[Command, ...]) -> bool:
    last = pipe[-1].stage
    prints_little = pipe[0].name in _SHORT
    for command in pipe:
        if command.stage == last:
            continue
        if _fails_by_design(command):
            return True
        if not prints_little and any(_stops(pipe, command)):
            return True
        if script.inside(command, "substitution") and not _is_known(command):
            return True
    return False


def _fails_by_design(command: Command) -> bool:
    return command.name in _FAIL_BY_DESIGN or command.has(*_HELP)


def _stops(pipe: tuple[Command, ...], command: Command) -> Iterator[bool]:
    """Of each command after it in the pipe, whether it may stop reading."""
    for reader in pipe:
        if reader.stage > command.stage:
            yield may_stop_early(reader)


def _is_known(command: Command) -> bool:
    return command.name in _DOWNLOADS or only_lists(command)
