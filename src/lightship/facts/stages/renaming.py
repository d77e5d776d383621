"""Another path for what one COPY brings: the edits that write it there, and wherever the image names the old one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.facts.copies.stage_copies import StageCopy
from lightship.facts.edits.moves import GiveUp
from lightship.shell.commands import Command
from lightship.text import Edit, Span

_NAMING = frozenset({"ENV", "CMD", "ENTRYPOINT", "HEALTHCHECK", "RUN", "ARG"})
_CHANGING = frozenset("chown chmod chgrp mv ln cp find sed rsync tar".split())
_MAKING = frozenset("cd uv poetry pdm pipenv . source eval".split())


def renamed(build: Build, copy: StageCopy, old: str, new: str) -> tuple[Edit, ...]:
    """The edits that bring to `new` what `copy` brings to `old`; nothing where that may be wrong."""
    if len(copy.copying.sources) > 1 or _is_taken(build, copy, new):
        return ()
    try:
        return tuple(_edits(build, copy, old, new))
    except GiveUp:
        return ()


def names(build: Build, item: Instruction, path: str) -> list[Span]:
    """Where an instruction names a path, or something below it."""
    text, start = item.span.of(build.dockerfile.text), item.span.start
    word = re.compile(rf"(?<![\w./-]){re.escape(path)}(?![\w.-])")
    return [
        Span(start + match.start(), start + match.end())
        for match in word.finditer(text)
    ]


def others(build: Build, copy: StageCopy) -> list[Instruction]:
    """The instructions of the final image, but for that COPY."""
    items = (item for stage in build.lineage for item in stage.instructions)
    return [item for item in items if item is not copy.copying.instruction]


def _edits(build: Build, copy: StageCopy, old: str, new: str) -> Iterator[Edit]:
    word = copy.copying.destination.word
    written = word.span.of(build.dockerfile.text)
    if written.removesuffix("/") != old:
        raise GiveUp
    yield Edit.replace(Span(word.span.start, word.span.start + len(old)), new)
    name = old.rpartition("/")[2]
    for item in others(build, copy):
        spans = names(build, item, old)
        if item.span.of(build.dockerfile.text).count(name) != len(spans):
            raise GiveUp  # it is named in some other way
        if (spans and item.keyword not in _NAMING) or (
            item.keyword == "RUN" and _works(build, item, (old, new))
        ):
            raise GiveUp
        yield from (Edit.replace(span, new) for span in spans)


def _works(build: Build, run: Instruction, paths: tuple[str, str]) -> bool:
    """Whether a RUN may work on a directory above or below one of `paths`, or make environments of its own."""
    before = build.evaluation.before(run)
    workdir = before.workdir if before is not None else "/"
    for script in build.scripts(run):
        for command in script.commands:
            if command.name in _MAKING or (
                command.name in _CHANGING and _reaches(command, workdir, paths)
            ):
                return True
    return False


def _reaches(command: Command, workdir: str, paths: tuple[str, str]) -> bool:
    for word in command.args:
        if word.value is None or word.glob:
            return True
        place = in_workdir(workdir, word.value)
        if any(
            below(path, place) is not None or below(place, path) is not None
            for path in paths
        ):
            return True
    return False


def _is_taken(build: Build, copy: StageCopy, path: str) -> bool:
    """Whether anything else goes to a path, or below it."""
    for copying in build.copyings():
        target = copying.destination.value
        if (
            copying.step is None
            or copying.step.stage not in build.lineage
            or copying is copy.copying
        ):
            continue
        if target is None or copying.before is None:
            return True
        if below(in_workdir(copying.before.workdir, target), path) is not None:
            return True
    states = (
        step.before.workdir
        for step in build.evaluation.steps
        if step.stage in build.lineage
    )
    return any(below(clean(workdir), path) is not None for workdir in states)
