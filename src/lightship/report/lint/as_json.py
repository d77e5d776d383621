"""Findings as a JSON list; `findings.schema.json` beside this file describes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lightship.lint.diagnostic import Diagnostic, JudgedBuild, Report
from lightship.lint.finding import Fix
from lightship.lint.links import url
from lightship.report.kit.json_stream import json_list
from lightship.report.lint.file_places import file_of
from lightship.report.lint.formats import LintView
from lightship.text import Edit, Lines, Span

_LinesByPath = Mapping[str | None, Lines]


def write(reports: Iterable[Report], _view: LintView) -> Iterator[str]:
    """One object a line, so that the list can be read by people and in pieces."""
    yield from json_list(row for report in reports for row in _rows(report))


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    lines = report.lines_by_path
    for item in report.diagnostics:
        yield _row(report, item, lines)


def _row(report: Report, item: Diagnostic, lines: _LinesByPath) -> dict[str, Any]:
    """A finding as the schema describes it."""
    finding = item.finding
    fix = None
    if finding.fix is not None:
        fix = _fix(report, finding.fix, lines)
    choices = [_fix(report, choice, lines) for choice in finding.choices]
    return {
        "path": file_of(report, finding.path),
        "rule": item.rule.id,
        "aliases": list(item.rule.aliases),
        "severity": item.severity.label,
        "message": finding.message,
        **_place(lines[finding.path], finding.span),
        "url": url(item.rule),
        "fix": fix,
        "choices": choices,
        "builds": [_build(build) for build in item.only_in or report.builds],
    }


def _build(build: JudgedBuild) -> dict[str, Any]:
    return {
        "source": build.source or None,
        "context": build.context,
        "target": build.target,
    }


def _fix(report: Report, fix: Fix, lines: _LinesByPath) -> dict[str, Any]:
    edits = [_edit(report, edit, lines[edit.path]) for edit in fix.edits]
    return {"message": fix.message, "safety": fix.safety.value, "edits": edits}


def _edit(report: Report, edit: Edit, lines: Lines) -> dict[str, Any]:
    return {
        "path": file_of(report, edit.path),
        **_place(lines, edit.span),
        "text": edit.text,
    }


def _place(lines: Lines, span: Span) -> dict[str, Any]:
    return {
        "start": _position(lines, span.start),
        "end": _position(lines, span.end),
    }


def _position(lines: Lines, offset: int) -> dict[str, int]:
    line, column = lines.position(offset)
    return {"line": line, "column": column}
