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
        rm = command.words[0]
        edit = after_word(script, rm, "-f")
        edits.append(edit)
    return tuple(edits)


def _strict_removals(
    build: Build, run: Instruction, directories: Collection[str]
) -> Iterator[tuple[Script, Command]]:
    dockerfile = build.dockerfile
    stage = dockerfile.stage_of(run)
    start = run.span.start
    for call in build.once(_all_strict):
        later = call.instruction
        if later.span.start <= start:
            continue
        own = dockerfile.stage_of(later)
        if own is None:
            continue
        if stage not in build.lineage_of(own):
            continue
        if _removes_any(call, directories):
            yield call.script, call.command


def _removes_any(call: Invocation, directories: Collection[str]) -> bool:
    from lightship.shell.cleaning import removes  # noqa: PLC0415 - few Dockerfiles have such an rm

    script = call.script
    command = call.command
    return any(removes(script, command, place) for place in directories)


def _all_strict(build: Build) -> Sequence[Invocation]:
    """Each `rm` without `-f`: few Dockerfiles have one, and many fixes ask."""
    strict: list[Invocation] = []
    for call in build.commands("rm"):
        keyword = call.instruction.keyword
        if keyword not in ("RUN", "ONBUILD"):
            continue
        if not _is_forced(call.command):
            strict.append(call)
    return strict


def _is_forced(command: Command) -> bool:
    for text in command.argument_texts:
        if text == "--force":
            return True
        if text.startswith("--"):
            continue
        if text.startswith("-") and "f" in text:
            return True
    return False
