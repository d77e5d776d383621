"""Findings for somebody who wants to learn: by practice and by rule, with the reason, and how the file stands."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.rule import Practice, Rule
from lightship.lint.score import ALL, scores
from lightship.report.kit.paint import BOLD, DIM, GREEN, SEVERITIES, paint
from lightship.report.lint.as_text import ADVICE
from lightship.report.lint.formats import LintView
from lightship.text import Lines
from lightship.wording.printable import printable

WIDTH = 100
BAD, FAIR = 34, 67  # below: red, yellow
MEANING = (
    "A score of 80: of 100 public Dockerfiles of Python projects, 80 have at least as much against them. "
    "100: nothing is against it. See docs/practices/README.md."
)


def write(reports: Iterable[Report], style: LintView) -> Iterator[str]:
    """Each file's scores, then its findings by practice and rule; what a score means at the end."""
    seen = False
    for report in reports:
        seen = True
        yield "\n".join(_file(report, style)) + "\n\n"
    if seen and not style.quiet:
        yield (
            "\n".join(paint(row, DIM, style) for row in textwrap.wrap(MEANING, WIDTH))
            + "\n"
        )


def _file(report: Report, style: LintView) -> Iterator[str]:
    """One file: unreadable ones have findings and no score."""
    found = scores(report.diagnostics)
    if report.unreadable:
        yield paint(printable(report.path), BOLD, style)
    else:
        parts = [
            f"{practice.value} {_painted(found[practice.value], style)}"
            for practice in Practice
        ]
        yield f"{paint(printable(report.path), BOLD, style)}  score {_painted(found[ALL], style)} of 100"
        yield "  ".join(parts)
    lines = report.lines_by_path
    for practice in Practice:
        of_practice = [
            item for item in report.diagnostics if item.rule.practice is practice
        ]
        if of_practice:
            yield from ("", paint(practice.value.upper(), BOLD, style))
            yield from _practice(of_practice, lines, style)


def _painted(score: int, style: LintView) -> str:
    return paint(
        str(score), "1;31" if score < BAD else "1;33" if score < FAIR else "1;32", style
    )


def _practice(
    items: Sequence[Diagnostic], lines: Mapping[str | None, Lines], style: LintView
) -> Iterator[str]:
    """The rules that found something, the worst first."""
    by_rule: dict[str, list[Diagnostic]] = {}
    for item in items:
        by_rule.setdefault(item.rule.id, []).append(item)
    for found in sorted(
        by_rule.values(), key=lambda each: -max(item.severity for item in each)
    ):
        yield from _rule(found[0].rule, found, lines, style)


def _rule(
    rule: Rule,
    found: Sequence[Diagnostic],
    lines: Mapping[str | None, Lines],
    style: LintView,
) -> Iterator[str]:
    """A rule: why it matters, then each place with its cure."""
    worst = max(item.severity for item in found)
    yield ""
    yield f"  {paint(rule.id, BOLD, style)} {paint(worst.label, SEVERITIES[worst], style)}: {rule.summary}"
    yield from (f"    {row}" for row in textwrap.wrap(rule.reason, WIDTH - 4))
    for item in found:
        finding = item.finding
        line = f"line {lines[finding.path].line(finding.span.start)}"
        place = line if finding.path is None else f"{printable(finding.path)} {line}"
        yield f"    {paint(place, DIM, style)} {printable(finding.message)}"
        for cure in finding.cures:
            yield f"      {paint('= ' + ADVICE[cure.safety], GREEN, style)}: {printable(cure.message)}"
