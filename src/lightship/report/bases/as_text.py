"""Bases for people: each with its releases, then a row for each other image, best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.bases.base_report import (
    Alternative,
    BaseReport,
    Fit,
    FoundBase,
    ImageBases,
)
from lightship.report.bases.base_phrases import (
    MOST,
    NOT_READ,
    ORDER,
    all_bases,
    heading,
    lifetimes,
    measures,
    origin,
    proof,
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
    """The report: problems, each build and image with its bases, and the sum."""
    for problem in report.problems:
        yield f"{paint('failed', RED, view)}  {escaped(problem)}\n"
    for build in report.builds:
        yield f"{paint(escaped(heading(build)), BOLD, view)}\n"
        for base in build.bases:
            yield from _base(base, report, view)
            yield "\n"
    for image in report.images:
        yield from _image(image, report, view)
    if any(base.alternatives for base in all_bases(report)):
        yield f"{paint(f'Order: {ORDER}.', DIM, view)}\n"
    if report.builds or report.images or not report.problems:
        yield f"{summary(report)}\n"


def _image(image: ImageBases, report: BaseReport, view: View) -> Iterator[str]:
    yield f"{paint(escaped(image.name, _LONGEST_NAME), BOLD, view)}\n"
    facts = [NOT_READ] if image.origin is None else origin(image.origin)
    for fact in facts:
        yield from _indented(fact, view)
    if not image.bases:
        yield "\n"
    for base in image.bases:
        yield from _base(base, report, view)
        yield "\n"


def _base(base: FoundBase, report: BaseReport, view: View) -> Iterator[str]:
    for line in base.lines:
        place = paint(f"{line.line:>4}", DIM, view)
        yield f"{place}  {escaped(line.text, _LONGEST_LINE)}\n"
    if base.releases:
        yield from _indented(lifetimes(base.releases, report.day), view)
    for text in (*base.notes, *measures(base.name, report)):
        yield from _indented(text, view)
    measured = report.measured.get(base.name)
    for alternative in base.alternatives[:MOST]:
        read = measures(alternative.name, report, measured)
        yield from _alternative(alternative, read, view)
    left = len(base.alternatives) - MOST
    if left > 0:
        yield from _indented(rest(left), view)


def _indented(text: str, view: View) -> Iterator[str]:
    for row in wrapped(text, 6, view, DIM):
        yield f"{row}\n"


def _alternative(item: Alternative, read: Iterable[str], view: View) -> Iterator[str]:
    fit = paint(f"{item.fit.value:<6}", _COLOURS[item.fit], view)
    name = escaped(item.name, _LONGEST_NAME)
    yield f"  {fit}  {name:<32}  {support(item)}\n"
    for text in (*proof(item), *read, *map(reason, item.objections)):
        for row in wrapped(text, _REASONS, view, DIM):
            yield f"{row}\n"
    if item.fit is Fit.FAILS:
        return
    for line in item.lines:
        yield f"{'':{_REASONS}}{escaped(line.text, _LONGEST_LINE)}\n"
