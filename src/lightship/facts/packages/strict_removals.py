"""Removals of a cache without `-f`, which fail once a fix has left nothing to remove."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits.runs import after_word, takes_words
from lightship.shell.tree import Command, Script
from lightship.text import Edit


def forgiving(
    build: Build, run: Instruction, directories: Collection[str]
) -> tuple[Edit, ...] | None:
    """The edits that give `-f` to each `rm` of the directories that comes after a RUN.

    That is in its stage, and in those that start from it. None where it cannot be written.
    """
    edits: list[Edit] = []
    for script, command in _strict_removals(build, run, directories):
        if not takes_words(script):
            return None
        edits.append(after_word(script, command.words[0], "-f"))
    return tuple(edits)


def _strict_removals(
    build: Build, run: Instruction, directories: Collection[str]
) -> Iterator[tuple[Script, Command]]:
    stage = build.dockerfile.stage_of(run)
    for call in build.once(_all_strict):
        later = call.instruction
        if later.span.start <= run.span.start:
            continue
        own = build.dockerfile.stage_of(later)
        if own is None or stage not in build.lineage_of(own):
            continue
        from lightship.shell.cleaning import removes  # noqa: PLC0415 - as said of them

        if any(removes(call.script, call.command, place) for place in directories):
            yield call.script, call.command


def _all_strict(build: Build) -> Sequence[Invocation]:
    """Each `rm` without `-f`: few Dockerfiles have one, and many fixes ask."""
    return [
        call
        for call in build.commands("rm")
        if call.instruction.keyword in ("RUN", "ONBUILD")
        and not _is_forced(call.command)
    ]


def _is_forced(command: Command) -> bool:
    for text in command.argument_texts:
        if text == "--force":
            return True
        is_short = text.startswith("-") and not text.startswith("--")
        if is_short and "f" in text:
            return True
    return False
