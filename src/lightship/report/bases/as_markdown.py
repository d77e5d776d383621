"""Bases as Markdown, for a comment or a job summary."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.bases.base_report import Alternative, BaseReport, FoundBase
from lightship.bases.image_measures import ImageMeasures
from lightship.report.bases.base_phrases import (
    MOST,
    NOT_READ,
    ORDER,
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
from lightship.report.kit.markdown import code, notes, sentence, table, text, within
from lightship.report.kit.view import View

_HEAD = ("fit", "image", "fixes", "notes")
_MEASURED = "read today"


def write_bases(report: BaseReport, _view: View) -> Iterator[str]:
    """The report as one comment."""
    yield from within(_parts(report))


def _parts(report: BaseReport) -> Iterator[str]:
    yield f"**{text(summary(report))}**\n\n"
    yield from notes(report.problems)
    for build in report.builds:
        yield f"### {text(heading(build))}\n\n"
        for base in build.bases:
            yield "".join(_base(base, report))
    for image in report.images:
        yield f"### {text(image.name)}\n\n"
        yield from notes([NOT_READ] if image.origin is None else origin(image.origin))
        for base in image.bases:
            yield "".join(_base(base, report))
    yield f"Order: {ORDER}.\n"


def _base(base: FoundBase, report: BaseReport) -> Iterator[str]:
    for line in base.lines:
        yield f"Line {line.line}: {code(line.text)}\n\n"
    facts = [lifetimes(base.releases, report.day)] if base.releases else []
    yield from notes((*facts, *base.notes, *measures(base.name, report)))
    shown = base.alternatives[:MOST]
    measured = report.measured.get(base.name)
    if report.measured or report.unmeasured:
        rows = [_measured_row(item, report, measured) for item in shown]
        yield from table((*_HEAD, _MEASURED), rows)
    else:
        yield from table(_HEAD, map(_row, shown))
    left = len(base.alternatives) - MOST
    if left > 0:
        yield from notes((rest(left),))


def _measured_row(
    item: Alternative, report: BaseReport, beside: ImageMeasures | None
) -> list[str]:
    read = "; ".join(map(sentence, measures(item.name, report, beside)))
    return [*_row(item), read]


def _row(item: Alternative) -> list[str]:
    told = (*proof(item), *map(reason, item.objections))
    reasons = "; ".join(map(sentence, told))
    written = " ".join(code(line.text) for line in item.lines)
    return [item.fit.value, written, support(item), reasons]
