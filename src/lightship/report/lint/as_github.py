"""Findings as workflow commands, which GitHub Actions shows beside the changed lines.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.lint.diagnostic import Report
from lightship.lint.finding import Severity
from lightship.report.lint.file_places import file_of
from lightship.report.lint.formats import LintView
from lightship.wording.printable import printable

LEVEL = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
    Severity.STYLE: "notice",
}


def write(reports: Iterable[Report], _style: LintView) -> Iterator[str]:
    """One command a line."""
    for report in reports:
        lines = report.lines_by_path
        for item in report.diagnostics:
            finding = item.finding
            start, end = (
                lines[finding.path].position(offset) for offset in finding.span
            )
            place = {
                "file": file_of(report, finding.path),
                "line": start.line,
                "endLine": end.line,
            }
            if start.line == end.line:  # GitHub refuses columns that span lines
                place |= {"col": start.column, "endColumn": end.column}
            fields = ",".join(
                f"{key}={_property(str(value))}"
                for key, value in (place | {"title": item.title}).items()
            )
            yield f"::{LEVEL[item.severity]} {fields}::{_data(finding.message)}\n"


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
