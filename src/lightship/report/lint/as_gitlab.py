"""Findings as GitLab's code quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Severity
from lightship.report.kit.json_stream import json_list
from lightship.report.lint.file_places import file_of, message_of
from lightship.report.lint.formats import LintView
from lightship.text import Lines, encode

SEVERITY = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFO: "minor",
    Severity.STYLE: "info",
}


def write(reports: Iterable[Report], _view: LintView) -> Iterator[str]:
    """A list, one object a line."""
    yield from json_list(row for report in reports for row in _rows(report))


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    by_path = report.lines_by_path
    seen = Counter[str]()
    for item in report.diagnostics:
        finding = item.finding
        path = file_of(report, finding.path)
        lines = by_path[finding.path]
        number = lines.line(finding.span.start)
        line = lines.span(number).of(lines.text)

        base = f"{path}\0{item.rule.id}\0{line}"
        seen[base] += 1
        yield _row(path, item, lines, f"{base}{seen[base]}")


def _row(path: str, item: Diagnostic, lines: Lines, identity: str) -> dict[str, Any]:
    """A finding; its fingerprint is of the line's text, not of its number.

    So it stays when lines above come and go.
    """
    span = item.finding.span
    first = lines.line(span.start)
    last = lines.line(span.end)
    return {
        "description": message_of(item, lines),
        "check_name": item.rule.id,
        "fingerprint": sha256(encode(identity)).hexdigest(),
        "severity": SEVERITY[item.severity],
        "location": {"path": path, "lines": {"begin": first, "end": last}},
    }
