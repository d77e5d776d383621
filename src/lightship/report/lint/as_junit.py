"""Findings as JUnit's XML: a suite for each file, a failed case for each finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.report.kit.junit import JUnitCase, Suite, junit
from lightship.report.lint.file_places import ReportFiles, message_of
from lightship.report.lint.formats import LintView


def write(reports: Iterable[Report], _view: LintView) -> Iterator[str]:
    """A file without findings is a passed case."""
    yield from junit(map(_suite, reports))


def _suite(report: Report) -> Suite:
    files = ReportFiles.of(report)
    cases = [_case(files, item) for item in report.diagnostics]
    if not cases:
        cases.append(JUnitCase(report.path, "lint"))
    return Suite(report.path, cases, may_skip=False)


def _case(files: ReportFiles, item: Diagnostic) -> JUnitCase:
    finding = item.finding
    path = files.name(finding.path)
    lines = files.lines[finding.path]
    line, column = lines.position(finding.span.start)

    name = f"{item.title} {line}:{column}"
    message = message_of(item, lines)
    detail = f"{path}:{line}:{column}: {message}"
    return JUnitCase(path, name, message, item.severity.label, detail)
