"""Bases for people: each with its releases, then a row for each other image, best first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lightship.bases.base_report import Alternative, BaseReport, Fit, FoundBase
from lightship.report.bases.base_phrases import (
    MOST,
    ORDER,
    heading,
    lifetimes,
    reason,
    rest,
    summary,
    support,
)
from lightship.report.kit.paint import BOLD, DIM, GREEN, RED, YELLOW, paint
from lightship.report.kit.rows import wrapped
from lightship.report.kit.view import View
from lightship.wording.printable import escaped

_COLOURS = {Fit.FITS: GREEN, Fit.UNSURE: YELLOW, Fit.FAILS: RED}
_LONGEST_NAME = 120
_LONGEST_LINE = 300
_REASONS = 10


def write_bases(report: BaseReport, view: View) -> Iterator[str]:
    """The report: problems, each build with its bases, and the sum."""
    for problem in report.problems:
        yield f"{paint('failed', RED, view)}  {escaped(problem)}\n"
    for build in report.builds:
        yield f"{paint(escaped(heading(build)), BOLD, view)}\n"
        for base in build.bases:
            yield from _base(base, report.day, view)
            yield "\n"
    if any(base.alternatives for build in report.builds for base in build.bases):
        yield f"{paint(f'Order: {ORDER}.', DIM, view)}\n"
    if report.builds or not report.problems:
        yield f"{summary(report)}\n"


def _base(base: FoundBase, day: date, view: View) -> Iterator[str]:
    for line in base.lines:
        place = paint(f"{line.line:>4}", DIM, view)
        yield f"{place}  {escaped(line.text, _LONGEST_LINE)}\n"
    if base.releases:
        yield from _indented(lifetimes(base.releases, day), view)
    for note in base.notes:
        yield from _indented(note, view)
    for alternative in base.alternatives[:MOST]:
        yield from _alternative(alternative, view)
    left = len(base.alternatives) - MOST
    if left > 0:
        yield from _indented(rest(left), view)


def _indented(text: str, view: View) -> Iterator[str]:
    for row in wrapped(text, 6, view, DIM):
        yield f"{row}\n"


def _alternative(item: Alternative, view: View) -> Iterator[str]:
    fit = paint(f"{item.fit.value:<6}", _COLOURS[item.fit], view)
    name = escaped(item.name, _LONGEST_NAME)
    yield f"  {fit}  {name:<32}  {support(item)}\n"
    for objection in item.objections:
        for row in wrapped(reason(objection), _REASONS, view, DIM):
            yield f"{row}\n"
    if item.fit is Fit.FAILS:
        return
    for line in item.lines:
        yield f"{'':{_REASONS}}{escaped(line.text, _LONGEST_LINE)}\n"
