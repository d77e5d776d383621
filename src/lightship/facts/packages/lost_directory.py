"""Whether a script ends in a directory that it has removed.

A program that is started there finds no working directory, and some stop at that.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation, PackageInvocation
from lightship.evaluation.paths import below
from lightship.facts.values.directories import directory_of, in_directory
from lightship.shell.commands import Command
from lightship.shell.specs import written


def loses_directory(build: Build, call: PackageInvocation) -> bool:
    """Whether what is added to the end of the call's script may run in a removed directory."""
    script = call.script
    instruction = call.instruction
    last_command = script.commands[-1]
    if last_command.name == "cd":
        return False

    last = Invocation(instruction, script, last_command)
    end = directory_of(build, last)
    entered: set[str] = set()
    for change in script.named("cd"):
        paths = map(written, change.args)
        entered.update(paths)

    for removal in script.named("rm", "rmdir"):
        at = Invocation(instruction, script, removal)
        directory = directory_of(build, at)
        for path in _removed(removal):
            if end is None:
                if path in entered:
                    return True
                continue
            place = in_directory(directory, path)
            if place is None:
                continue
            is_inside = below(end, place) is not None
            if is_inside:
                return True
    return False


def _removed(removal: Command) -> Iterator[str]:
    for word in removal.args:
        path = written(word)
        if path.startswith("-"):
            continue
        if "*" not in path:
            yield path
