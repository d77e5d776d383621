"""Findings as JUnit's XML: a suite for each file, a failed case for each finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.report.kit.junit import JUnitCase, Suite, junit
from lightship.report.lint.file_places import file_of
from lightship.report.lint.formats import LintView
from lightship.text import Lines


def write(reports: Iterable[Report], _view: LintView) -> Iterator[str]:
    """A file without findings is a passed case."""
    yield from junit(map(_suite, reports))


def _suite(report: Report) -> Suite:
    lines = report.lines_by_path
    cases: list[JUnitCase] = []
    for item in report.diagnostics:
        own_lines = lines[item.finding.path]
        cases.append(_case(report, item, own_lines))
    if not cases:
        cases.append(JUnitCase(report.path, "lint"))
    return Suite(report.path, cases, may_skip=False)


def _case(report: Report, item: Diagnostic, lines: Lines) -> JUnitCase:
    finding = item.finding
    path = file_of(report, finding.path)
    line, column = lines.position(finding.span.start)

    name = f"{item.title} {line}:{column}"
    detail = f"{path}:{line}:{column}: {item.message}"
    return JUnitCase(path, name, item.message, item.severity.label, detail)
