"""Findings as workflow commands, which GitHub Actions shows beside the changed lines.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Severity
from lightship.report.kit.workflow_command import workflow_command
from lightship.report.lint.file_places import file_of, message_of
from lightship.report.lint.formats import LintView
from lightship.text import Lines

LEVEL = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
    Severity.STYLE: "notice",
}


def write(reports: Iterable[Report], _view: LintView) -> Iterator[str]:
    """One command a line."""
    for report in reports:
        lines = report.lines_by_path
        for item in report.diagnostics:
            yield _command(report, item, lines[item.finding.path])


def _command(report: Report, item: Diagnostic, lines: Lines) -> str:
    finding = item.finding
    start = lines.position(finding.span.start)
    end = lines.position(finding.span.end)
    properties: dict[str, str | int] = {
        "file": file_of(report, finding.path),
        "line": start.line,
        "endLine": end.line,
    }
    if start.line == end.line:  # GitHub refuses columns that span lines
        properties["col"] = start.column
        properties["endColumn"] = end.column
    properties["title"] = item.title

    level = LEVEL[item.severity]
    return workflow_command(level, message_of(item, lines), properties)
