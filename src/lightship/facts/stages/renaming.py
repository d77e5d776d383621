"""Another path for what one COPY brings.

The edits write it there, and wherever the image names the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean, in_workdir, related
from lightship.facts.copies.stage_copies import StageCopy
from lightship.facts.edits.moves import GiveUp
from lightship.shell.commands import Command
from lightship.text import Edit, Span

_NAMING = frozenset("ENV CMD ENTRYPOINT HEALTHCHECK RUN ARG".split())
_CHANGING = frozenset("chown chmod chgrp mv ln cp find sed rsync tar".split())
_MAKING = frozenset("cd uv poetry pdm pipenv . source eval".split())


def renamed(build: Build, copy: StageCopy, old: str, new: str) -> tuple[Edit, ...]:
    """The edits that bring to `new` what `copy` brings to `old`.

    Nothing where that may be wrong.
    """
    sources = copy.copying.sources
    if len(sources) > 1:
        return ()
    if _is_taken(build, copy, new):
        return ()
    try:
        edits = _edits(build, copy, old, new)
        return tuple(edits)
    except GiveUp:
        return ()


def names(build: Build, item: Instruction, path: str) -> list[Span]:
    """Where an instruction names a path, or something below it."""
    text = build.dockerfile.text
    escaped = re.escape(path)
    word = re.compile(rf"(?<![\w./-]){escaped}(?![\w.-])")
    spans: list[Span] = []
    own = item.span.of(text)
    offset = item.span.start
    for match in word.finditer(own):
        start, end = match.span()
        span = Span(offset + start, offset + end)
        spans.append(span)
    return spans


def others(build: Build, copy: StageCopy) -> list[Instruction]:
    """The instructions of the final image, but for that COPY."""
    own = copy.copying.instruction
    items: list[Instruction] = []
    for stage in build.lineage:
        items += stage.instructions
    return [item for item in items if item is not own]


def _edits(build: Build, copy: StageCopy, old: str, new: str) -> Iterator[Edit]:
    destination = copy.copying.destination.word.span
    written = destination.of(build.dockerfile.text)
    if written.removesuffix("/") != old:
        raise GiveUp
    # A slash at the end of the destination stays
    start = destination.start
    end = start + len(old)
    yield Edit.replace(Span(start, end), new)

    for item in others(build, copy):
        spans = _safe_names(build, item, old, new)
        for span in spans:
            yield Edit.replace(span, new)


def _safe_names(build: Build, item: Instruction, old: str, new: str) -> list[Span]:
    """Where an instruction names the old path; GiveUp where more may depend on it."""
    spans = names(build, item, old)
    text = item.span.of(build.dockerfile.text)
    mentions = text.count(basename(old))
    if mentions != len(spans):
        raise GiveUp  # it is named in some other way

    keyword = item.keyword
    if spans and keyword not in _NAMING:
        raise GiveUp
    if keyword == "RUN" and _works_on(build, item, (old, new)):
        raise GiveUp
    return spans


def _works_on(build: Build, run: Instruction, paths: tuple[str, str]) -> bool:
    """Whether a RUN may work on a directory above or below one of `paths`.

    Or whether it may make environments of its own.
    """
    workdir = "/"
    before = build.evaluation.before(run)
    if before is not None:
        workdir = before.workdir

    for call in build.commands(of=run):
        name = call.command.name
        if name in _MAKING:
            return True
        if name not in _CHANGING:
            continue
        if _reaches(call.command, workdir, paths):
            return True
    return False


def _reaches(command: Command, workdir: str, paths: tuple[str, str]) -> bool:
    for word in command.args:
        if word.value is None or word.glob:
            return True
        place = in_workdir(workdir, word.value)
        if any(related(place, path) for path in paths):
            return True
    return False


def _is_taken(build: Build, copy: StageCopy, path: str) -> bool:
    """Whether anything else goes to a path, or below it."""
    for place in _places(build, copy):
        if place is None:
            return True
        if below(place, path) is not None:
            return True
    return False


def _places(build: Build, copy: StageCopy) -> Iterator[str | None]:
    """Where the other COPY of the image go, and its working directories; None where not known."""
    for copying in build.copyings():
        step = copying.step
        if step is None or copying is copy.copying:
            continue
        if step.stage not in build.lineage:
            continue
        target = copying.destination.value
        if target is None:
            yield None
        else:
            yield in_workdir(step.before.workdir, target)

    for step in build.shipped_steps:
        yield clean(step.before.workdir)
