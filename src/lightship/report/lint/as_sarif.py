"""Findings as SARIF 2.1.0, with each rule's help and each fix.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Fix
from lightship.lint.links import url
from lightship.lint.rule import Rule
from lightship.report.kit.sarif import LEVELS, sarif
from lightship.report.lint.as_rules import page
from lightship.report.lint.file_places import file_of, uri
from lightship.report.lint.formats import LintView
from lightship.text import Edit, Lines, Span

_LinesByPath = Mapping[str | None, Lines]


def write(reports: Iterable[Report], _view: LintView) -> Iterator[str]:
    """A single run; rules that found something are described, by theme and id."""
    results: list[dict[str, Any]] = []
    used: dict[str, Rule] = {}
    for report in reports:
        lines = report.lines_by_path
        for item in report.diagnostics:
            used[item.rule.id] = item.rule
            results.append(_result(report, item, lines))

    rules = sorted(used.values(), key=_order)
    index = {rule.id: place for place, rule in enumerate(rules)}
    for result in results:
        rule_id = result["ruleId"]
        result["ruleIndex"] = index[rule_id]
    described = list(map(_rule, rules))
    yield sarif(described, results)


def _order(rule: Rule) -> tuple[str, str]:
    return rule.theme, rule.id


def _rule(rule: Rule) -> dict[str, Any]:
    link = url(rule)
    default = {"level": LEVELS[rule.severity], "enabled": rule.default}
    tags = [rule.theme, *rule.aliases]
    row: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.reason},
        "help": {"text": page(rule)},
        "defaultConfiguration": default,
        "properties": {"tags": tags},
    }
    if link:
        row["helpUri"] = link
    return row


def _result(report: Report, item: Diagnostic, lines: _LinesByPath) -> dict[str, Any]:
    finding = item.finding
    location = {
        **_artifact(report, finding.path),
        "region": _region(lines[finding.path], finding.span),
    }
    row: dict[str, Any] = {
        "ruleId": item.rule.id,
        "level": LEVELS[item.severity],
        "message": {"text": item.message},
        "locations": [{"physicalLocation": location}],
    }
    made_by_edits = [cure for cure in finding.cures if cure.edits]
    if made_by_edits:
        row["fixes"] = [_fix(report, cure, lines) for cure in made_by_edits]
    return row


def _artifact(report: Report, path: str | None) -> dict[str, Any]:
    file = file_of(report, path)
    return {"artifactLocation": {"uri": uri(file)}}


def _fix(report: Report, fix: Fix, lines: _LinesByPath) -> dict[str, Any]:
    by_file: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_file.setdefault(edit.path or "", []).append(edit)
    changes = [
        _change(report, path or None, edits, lines)
        for path, edits in sorted(by_file.items())
    ]
    return {
        "description": {"text": fix.message},
        "artifactChanges": changes,
        "properties": {"safety": fix.safety.value},
    }


def _change(
    report: Report,
    path: str | None,
    edits: Sequence[Edit],
    lines: _LinesByPath,
) -> dict[str, Any]:
    """The edits of one file."""
    own_lines = lines[path]
    replacements = [_replacement(edit, own_lines) for edit in edits]
    return {**_artifact(report, path), "replacements": replacements}


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
