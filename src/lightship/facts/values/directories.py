"""The directory in which each command of a script runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from lightship.build import Build, Invocation, PackageInvocation
from lightship.evaluation.paths import clean, in_workdir
from lightship.shell.commands import Command, Script
from lightship.shell.tree import Block

_MOST_CHANGES = 20  # of directory in one script
_MOST_AROUND = 200  # commands beside one that calls a shell
# What stands in these blocks runs again and again, or later
_REPEATED = "for while until function".split()
# What stands in these may not run
_CHOICES = ("if", "case")
_AT_HOME = ("su", "runuser")


@lru_cache(maxsize=64)
def directories_of(script: Script, workdir: str) -> Sequence[str | None]:
    """The directory in which each command runs, after the `cd` before it.

    None where that is not known.
    """
    start = _start_of(script, workdir)
    directories = [start] * len(script.commands)
    changes = script.named("cd", "pushd", "popd")
    for number, change in enumerate(changes):
        if number > _MOST_CHANGES:
            break

        # The first change beyond the limit leads to where nobody knows
        path: str | None = None
        if number < _MOST_CHANGES:
            path = _target(script, change)
        after: str | None = None
        if path is not None:
            before = directories[change.index]
            after = in_directory(before, path)

        branch = _branch_of(script, change)
        for heir in script.heirs(change):
            # After a branch that may not have run nobody knows
            is_sure = branch is None or branch in script.enclosing(heir)
            directories[heir.index] = after if is_sure else None
    return directories


def _branch_of(script: Script, change: Command) -> Block | None:
    """The innermost branch of `if` or `case` around a command."""
    for block in script.enclosing(change):
        if block.kind in _CHOICES:
            return block
    return None


def directory_of(build: Build, call: Invocation | PackageInvocation) -> str | None:
    """The directory in which a command runs; None where that is not known."""
    before = build.evaluation.before(call.instruction)
    if before is None:
        return None
    directories = directories_of(call.script, before.workdir)
    return directories[call.command.index]


def in_directory(directory: str | None, path: str) -> str | None:
    """A path seen from a directory, both of the image; None where that would have to be known."""
    if directory is None and not path.startswith("/"):
        return None
    return in_workdir(directory or "/", path)


def _target(script: Script, change: Command) -> str | None:
    """What `cd` surely changes to, as it is written; None where that is not known."""
    if change.name != "cd" or len(change.words) != 2:
        return None
    if script.inside(change, *_REPEATED):
        return None
    path = change.words[1].value
    return None if path == "-" else path


def _start_of(script: Script, workdir: str) -> str | None:
    """A shell starts where the command stands that calls it; `su` may start at home."""
    caller = script.outer
    around = script.around
    if caller is None or around is None:
        return clean(workdir)

    if caller.name in _AT_HOME:
        return None
    if len(around.commands) > _MOST_AROUND:
        return None
    directories = directories_of(around, workdir)
    return directories[caller.index]
