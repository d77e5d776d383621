"""Bases as Markdown, for a comment or a job summary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lightship.bases.base_report import Alternative, BaseReport, FoundBase
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
from lightship.report.kit.markdown import code, notes, sentence, table, text, within
from lightship.report.kit.view import View

_HEAD = ("fit", "image", "fixes", "why not")


def write_bases(report: BaseReport, _view: View) -> Iterator[str]:
    """The report as one comment."""
    yield from within(_parts(report))


def _parts(report: BaseReport) -> Iterator[str]:
    yield f"**{text(summary(report))}**\n\n"
    yield from notes(report.problems)
    for build in report.builds:
        yield f"### {text(heading(build))}\n\n"
        for base in build.bases:
            yield "".join(_base(base, report.day))
    yield f"Order: {ORDER}.\n"


def _base(base: FoundBase, day: date) -> Iterator[str]:
    for line in base.lines:
        yield f"Line {line.line}: {code(line.text)}\n\n"
    facts = [lifetimes(base.releases, day)] if base.releases else []
    yield from notes((*facts, *base.notes))
    yield from table(_HEAD, map(_row, base.alternatives[:MOST]))
    left = len(base.alternatives) - MOST
    if left > 0:
        yield from notes((rest(left),))


def _row(item: Alternative) -> list[str]:
    reasons = "; ".join(sentence(reason(objection)) for objection in item.objections)
    written = " ".join(code(line.text) for line in item.lines)
    return [item.fit.value, written, support(item), reasons]
