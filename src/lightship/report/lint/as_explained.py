"""Findings for somebody who wants to learn: by practice and rule, with the reason and a score."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Severity
from lightship.lint.rule import Practice
from lightship.lint.score import ALL, scores
from lightship.report.kit.paint import BOLD, DIM, GREEN, SEVERITIES, paint
from lightship.report.lint.as_text import ADVICE
from lightship.report.lint.file_places import message_of
from lightship.report.lint.formats import LintView
from lightship.text import Lines
from lightship.wording.printable import printable

WIDTH = 100
BAD, FAIR = 34, 67  # below: red, yellow
BAD_COLOUR, FAIR_COLOUR, GOOD_COLOUR = "1;31", "1;33", "1;32"
MEANING = (
    "A score of 80: of 100 public Dockerfiles of Python projects, 80 have at least as much "
    "against them. 100: nothing is against it. See docs/practices/README.md."
)

_LinesByPath = Mapping[str | None, Lines]


def write(reports: Iterable[Report], view: LintView) -> Iterator[str]:
    """Each file's scores, then its findings by practice and rule; at the end what a score means."""
    seen = False
    for report in reports:
        seen = True
        yield "\n".join(_file(report, view)) + "\n\n"
    if seen and not view.quiet:
        meaning = textwrap.wrap(MEANING, WIDTH)
        rows = (paint(row, DIM, view) for row in meaning)
        yield "\n".join(rows) + "\n"


def _file(report: Report, view: LintView) -> Iterator[str]:
    """One file: unreadable ones have findings and no score."""
    name = paint(printable(report.path), BOLD, view)
    if report.unreadable:
        yield name
    else:
        score = scores(report.diagnostics)
        yield f"{name}  score {_score(score[ALL], view)} of 100"
        parts = [f"{name} {_score(score[name], view)}" for name in Practice]
        yield "  ".join(parts)

    lines = report.lines_by_path
    for practice in Practice:
        items = [item for item in report.diagnostics if item.rule.practice is practice]
        if items:
            yield from ("", paint(practice.value.upper(), BOLD, view))
            yield from _practice(items, lines, view)


def _score(score: int, view: LintView) -> str:
    colour = GOOD_COLOUR
    if score < FAIR:
        colour = BAD_COLOUR if score < BAD else FAIR_COLOUR
    return paint(str(score), colour, view)


def _practice(
    items: Sequence[Diagnostic],
    lines: _LinesByPath,
    view: LintView,
) -> Iterator[str]:
    """The rules that found something, the worst first."""
    by_rule: dict[str, list[Diagnostic]] = {}
    for item in items:
        by_rule.setdefault(item.rule.id, []).append(item)
    for of_rule in sorted(by_rule.values(), key=_worst, reverse=True):
        yield from _rule(of_rule, lines, view)


def _worst(items: Sequence[Diagnostic]) -> Severity:
    return max(item.severity for item in items)


def _rule(
    items: Sequence[Diagnostic],
    lines: _LinesByPath,
    view: LintView,
) -> Iterator[str]:
    """A rule: why it matters, then each place with its cure."""
    rule = items[0].rule
    worst = _worst(items)
    level = paint(worst.label, SEVERITIES[worst], view)
    yield ""
    yield f"  {paint(rule.id, BOLD, view)} {level}: {rule.summary}"
    for row in textwrap.wrap(rule.reason, WIDTH - 4):
        yield f"    {row}"
    for item in items:
        yield from _finding(item, lines[item.finding.path], view)


def _finding(item: Diagnostic, lines: Lines, view: LintView) -> Iterator[str]:
    finding = item.finding
    place = f"line {lines.line(finding.span.start)}"
    if finding.path is not None:
        place = f"{printable(finding.path)} {place}"
    message = printable(message_of(item, lines))
    yield f"    {paint(place, DIM, view)} {message}"
    for cure in finding.cures:
        word = paint(f"= {ADVICE[cure.safety]}", GREEN, view)
        yield f"      {word}: {printable(cure.message)}"
