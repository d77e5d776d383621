"""RUN that go into a directory and out of it again, each by a `cd` without effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.shell.commands import Word


def goes_back(word: Word) -> bool:
    """Whether a `cd` goes to a directory above, or to the one before."""
    return word.text == "-" or word.text.split("/")[0] == ".."


def pairs(
    build: Build, alone: Iterable[Invocation]
) -> Mapping[Instruction, Invocation]:
    """Of the RUN that are nothing but `cd`: those that go in, each with the one that goes out."""
    found: dict[Instruction, Invocation] = {}
    inside: list[Instruction] = []
    stage = None
    for call in alone:
        own = build.dockerfile.stage_of(call.instruction)
        if own is not stage:
            stage = own
            inside = []
        if not goes_back(call.command.words[1]):
            inside.append(call.instruction)
        elif inside:
            found[inside.pop()] = call
    return found
