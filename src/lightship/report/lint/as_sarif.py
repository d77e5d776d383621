"""Findings as SARIF 2.1.0, with each rule's help and each fix.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Fix
from lightship.lint.links import url
from lightship.lint.rule import Rule
from lightship.report.kit.sarif import LEVELS, sarif
from lightship.report.lint.as_rules import page
from lightship.report.lint.file_places import ReportFiles, message_of, uri
from lightship.report.lint.formats import LintView
from lightship.text import Edit, Lines, Span


def write(reports: Iterable[Report], _view: LintView) -> Iterator[str]:
    """A single run; rules that found something are described, by theme and id."""
    results: list[dict[str, Any]] = []
    used: dict[str, Rule] = {}
    for report in reports:
        files = ReportFiles.of(report)
        for item in report.diagnostics:
            used[item.rule.id] = item.rule
            results.append(_result(files, item))

    rules = sorted(used.values(), key=_order)
    described = list(map(_rule, rules))
    index = {rule.id: place for place, rule in enumerate(rules)}
    for result in results:
        rule_id = result["ruleId"]
        result["ruleIndex"] = index[rule_id]
    yield sarif(described, results)


def _order(rule: Rule) -> tuple[str, str]:
    return rule.theme, rule.id


def _rule(rule: Rule) -> dict[str, Any]:
    default = {
        "level": LEVELS[rule.severity],
        "enabled": rule.default,
    }
    tags = [rule.theme, *rule.aliases]
    row: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.reason},
        "help": {"text": page(rule)},
        "defaultConfiguration": default,
        "properties": {"tags": tags},
    }
    link = url(rule)
    if link:
        row["helpUri"] = link
    return row


def _result(files: ReportFiles, item: Diagnostic) -> dict[str, Any]:
    finding = item.finding
    lines = files.lines[finding.path]
    location = _location(files, finding.path, finding.span)
    row: dict[str, Any] = {
        "ruleId": item.rule.id,
        "level": LEVELS[item.severity],
        "message": {"text": message_of(item, lines)},
        "locations": [location],
    }
    if item.also:
        places = [_location(files, finding.path, span) for span in item.also]
        row["relatedLocations"] = places
    made_by_edits = [cure for cure in finding.cures if cure.edits]
    if made_by_edits:
        row["fixes"] = [_fix(files, cure) for cure in made_by_edits]
    return row


def _location(files: ReportFiles, path: str | None, span: Span) -> dict[str, Any]:
    lines = files.lines[path]
    place = {
        "artifactLocation": _artifact(files, path),
        "region": _region(lines, span),
    }
    return {"physicalLocation": place}


def _artifact(files: ReportFiles, path: str | None) -> dict[str, Any]:
    name = files.name(path)
    return {"uri": uri(name)}


def _fix(files: ReportFiles, fix: Fix) -> dict[str, Any]:
    by_path: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        path = edit.path or ""
        edits = by_path.setdefault(path, [])
        edits.append(edit)

    changes: list[dict[str, Any]] = []
    for path in sorted(by_path):
        change = _change(files, path or None, by_path[path])
        changes.append(change)
    return {
        "description": {"text": fix.message},
        "artifactChanges": changes,
        "properties": {"safety": fix.safety.value},
    }


def _change(
    files: ReportFiles,
    path: str | None,
    edits: Sequence[Edit],
) -> dict[str, Any]:
    """The edits of one file."""
    lines = files.lines[path]
    replacements = [_replacement(edit, lines) for edit in edits]
    return {
        "artifactLocation": _artifact(files, path),
        "replacements": replacements,
    }


def _replacement(edit: Edit, lines: Lines) -> dict[str, Any]:
    return {
        "deletedRegion": _region(lines, edit.span),
        "insertedContent": {"text": edit.text},
    }


def _region(lines: Lines, span: Span) -> dict[str, int]:
    start = lines.position(span.start)
    end = lines.position(span.end)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }
