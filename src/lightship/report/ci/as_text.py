"""Builds in CI on one screen: by file and step, what each does, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.lint.diagnostic import Diagnostic
from lightship.lint.finding import Safety
from lightship.report.ci.build_phrases import events, facts, images
from lightship.report.ci.cost_phrases import cost
from lightship.report.ci.formats import CiFileRow, CiFinding, CiStepRow
from lightship.report.kit.columns import Cell, rows
from lightship.report.kit.paint import BOLD, DIM, SEVERITIES, YELLOW, paint
from lightship.report.kit.view import View
from lightship.wording.counts import count
from lightship.wording.printable import escaped

_HEADING = 9  # columns
_INDENT = 4
_IMAGES = 4  # of a matrix


def write(files: Sequence[CiFileRow], view: View) -> Iterator[str]:
    """The screen."""
    if not files:
        yield "no CI builds an image here\n"
        return
    for file in files:
        yield from _file(file, view)
        yield "\n"
    yield _summary(files)


def _file(file: CiFileRow, view: View) -> Iterator[str]:
    first = file.steps[0].first
    yield f"{paint(escaped(file.path), BOLD, view)}  {escaped(events(first), 120)}\n"
    for found in file.findings:
        yield from _finding(found, view)
    for step in file.steps:
        yield from _step(step, view)


def _step(step: CiStepRow, view: View) -> Iterator[str]:
    builds = step.told
    names = images(builds)
    shown = ", ".join(names[:_IMAGES])
    more = len(names) - _IMAGES
    title = f"{shown} and {more} more" if more > 0 else shown
    number = len(builds)
    matrix = f" · {number} builds" if number > 1 else ""
    job = f"job {step.first.step.job}, " if step.first.step.job else ""
    place = paint(f"{job}line {step.first.line}{matrix}", DIM, view)
    yield f"  {paint(escaped(title, 160), BOLD, view)}  {place}\n"
    if not step.first.may_run:
        yield f"{' ' * _INDENT}never runs: {escaped(' and '.join(step.first.conditions), 80)}\n"
        return
    width = max(view.width - _INDENT - _HEADING - 2, 40)
    for heading, words in facts(builds):
        cells = (Cell(heading, _HEADING, DIM), Cell(words, width))
        for row in rows(cells, view):
            yield f"{' ' * _INDENT}{row}\n"
    for found in step.findings:
        yield from _finding(found, view)


def _finding(found: CiFinding, view: View) -> Iterator[str]:
    item = found.item
    label = paint(f"{item.severity.label:<{_HEADING}}", SEVERITIES[item.severity], view)
    rule = paint(item.title, DIM, view)
    yield f"{' ' * _INDENT}{label}  line {found.line}: {escaped(item.message, 160)}  {rule}\n"
    if found.cost is not None:
        words = paint(cost(found.cost), YELLOW, view)
        yield f"{' ' * (_INDENT + _HEADING + 2)}{words}\n"


def _summary(files: Sequence[CiFileRow]) -> str:
    steps = [step for file in files for step in file.steps]
    builds = sum(len(step.builds) for step in steps)
    bare = sum(
        not build.has_cache and build.may_run for step in steps for build in step.builds
    )
    text = f"{count(builds, 'build')} in {count(len(files), 'file')}"
    if bare:
        text += f", {bare} without a cache"
    found = [item for file in files for item in file.findings]
    found += [item for step in steps for item in step.findings]
    if found:
        text += f"; {count(len(found), 'finding')}"
        text += _fixable([item.item for item in found])
    return f"{text}\n"


def _fixable(found: Sequence[Diagnostic]) -> str:
    """How many of the findings can be fixed, and by which command."""
    cures = [item.finding.fix for item in found if item.finding.fix is not None]
    if not cures:
        return ""
    is_safe = all(cure.safety is Safety.SAFE for cure in cures)
    option = "" if is_safe else " --unsafe-fixes"
    return f", {len(cures)} fixable with lightship ci --fix{option}"
