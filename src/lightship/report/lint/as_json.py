"""Findings as a JSON list; `findings.schema.json` beside this file describes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lightship.lint.diagnostic import Diagnostic, JudgedBuild, Report
from lightship.lint.finding import Fix
from lightship.lint.links import url
from lightship.report.kit.json_stream import json_list
from lightship.report.lint.file_places import ReportFiles
from lightship.report.lint.formats import LintView
from lightship.text import Edit, Lines, Span


def write(reports: Iterable[Report], _view: LintView) -> Iterator[str]:
    """One object a line, so that the list can be read by people and in pieces."""
    yield from json_list(row for report in reports for row in _rows(report))


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    files = ReportFiles.of(report)
    for item in report.diagnostics:
        yield _row(files, item)


def _row(files: ReportFiles, item: Diagnostic) -> dict[str, Any]:
    """A finding as the schema describes it."""
    finding = item.finding
    fix = None
    if finding.fix is not None:
        fix = _fix(files, finding.fix)
    choices = [_fix(files, choice) for choice in finding.choices]
    place = _place(files, finding.path, finding.span)
    also = [_place(files, finding.path, span) for span in item.also]
    builds = item.only_in or files.report.builds
    return {
        "path": files.name(finding.path),
        "rule": item.rule.id,
        "aliases": list(item.rule.aliases),
        "severity": item.severity.label,
        "message": finding.message,
        **place,
        "also": also,
        "url": url(item.rule),
        "fix": fix,
        "choices": choices,
        "builds": list(map(_build, builds)),
    }


def _build(build: JudgedBuild) -> dict[str, Any]:
    return {
        "source": build.source or None,
        "context": build.context,
        "target": build.target,
    }


def _fix(files: ReportFiles, fix: Fix) -> dict[str, Any]:
    edits = [_edit(files, edit) for edit in fix.edits]
    return {
        "message": fix.message,
        "safety": fix.safety.value,
        "edits": edits,
    }


def _edit(files: ReportFiles, edit: Edit) -> dict[str, Any]:
    place = _place(files, edit.path, edit.span)
    return {
        "path": files.name(edit.path),
        **place,
        "text": edit.text,
    }


def _place(files: ReportFiles, path: str | None, span: Span) -> dict[str, Any]:
    lines = files.lines[path]
    return {
        "start": _position(lines, span.start),
        "end": _position(lines, span.end),
    }


def _position(lines: Lines, offset: int) -> dict[str, int]:
    line, column = lines.position(offset)
    return {"line": line, "column": column}
