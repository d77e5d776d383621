"""Findings as a JSON list; `findings.schema.json` beside this file describes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Fix
from lightship.lint.links import url
from lightship.report.kit.json_stream import json_list
from lightship.report.lint.file_places import file_of
from lightship.report.lint.formats import LintView
from lightship.text import Lines, Position, Span


def write(reports: Iterable[Report], _style: LintView) -> Iterator[str]:
    """One object a line, so that the list can be read by people and in pieces."""
    yield from json_list(row for report in reports for row in _rows(report))


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    lines = report.lines_by_path
    for item in report.diagnostics:
        yield row(report, item, lines)


def row(
    report: Report, item: Diagnostic, lines: dict[str | None, Lines]
) -> dict[str, Any]:
    """A finding as the schema describes it."""
    finding = item.finding
    return {
        "path": file_of(report, finding.path),
        "rule": item.rule.id,
        "aliases": list(item.rule.aliases),
        "severity": item.severity.label,
        "message": finding.message,
        **_place(lines[finding.path], finding.span),
        "url": url(item.rule),
        "fix": _fix(report, finding.fix, lines) if finding.fix is not None else None,
        "choices": [_fix(report, choice, lines) for choice in finding.choices],
    }


def _fix(report: Report, fix: Fix, lines: dict[str | None, Lines]) -> dict[str, Any]:
    edits = [
        {
            "path": file_of(report, edit.path),
            **_place(lines[edit.path], edit.span),
            "text": edit.text,
        }
        for edit in fix.edits
    ]
    return {"message": fix.message, "safety": fix.safety.value, "edits": edits}


def _place(lines: Lines, span: Span) -> dict[str, Any]:
    return {
        "start": _position(lines.position(span.start)),
        "end": _position(lines.position(span.end)),
    }


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}
