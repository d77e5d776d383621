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
    last = Invocation(call.instruction, script, script.commands[-1])
    if last.command.name == "cd":
        return False

    end = directory_of(build, last)
    entered: set[str] = set()
    for change in script.named("cd"):
        entered.update(map(written, change.args))

    for removal in script.named("rm", "rmdir"):
        at = Invocation(call.instruction, script, removal)
        directory = directory_of(build, at)
        for path in _removed(removal):
            if end is None:
                if path in entered:
                    return True
                continue
            place = in_directory(directory, path)
            if place is not None and below(end, place) is not None:
                return True
    return False


def _removed(removal: Command) -> Iterator[str]:
    for word in removal.args:
        path = written(word)
        if not path.startswith("-") and "*" not in path:
            yield path
