"""Findings as SARIF 2.1.0, with each rule's help and each fix.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
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


def write(reports: Iterable[Report], _style: LintView) -> Iterator[str]:
    """A single run; rules that found something are described, by theme and id."""
    results: list[dict[str, Any]] = []
    found: dict[str, Rule] = {}
    for report in reports:
        lines = report.lines_by_path
        for item in report.diagnostics:
            found[item.rule.id] = item.rule
            results.append(_result(report, item, lines))
    rules = sorted(found.values(), key=lambda rule: (rule.theme, rule.id))
    index = {rule.id: at for at, rule in enumerate(rules)}
    for result in results:
        result["ruleIndex"] = index[result["ruleId"]]
    yield sarif([_rule(rule) for rule in rules], results)


def _rule(rule: Rule) -> dict[str, Any]:
    link = url(rule)
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.reason},
        "help": {"text": page(rule)},
        "defaultConfiguration": {
            "level": LEVELS[rule.severity],
            "enabled": rule.default,
        },
        "properties": {"tags": [rule.theme, *rule.aliases]},
    } | ({"helpUri": link} if link else {})


def _result(
    report: Report, item: Diagnostic, lines: dict[str | None, Lines]
) -> dict[str, Any]:
    finding = item.finding
    artifact = {"uri": uri(file_of(report, finding.path))}
    location = {
        "artifactLocation": artifact,
        "region": _region(lines[finding.path], finding.span),
    }
    fixes = [_fix(report, cure, lines) for cure in finding.cures if cure.edits]
    return {
        "ruleId": item.rule.id,
        "level": LEVELS[item.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": location}],
    } | ({"fixes": fixes} if fixes else {})


def _fix(report: Report, fix: Fix, lines: dict[str | None, Lines]) -> dict[str, Any]:
    edits = sorted(fix.edits, key=lambda edit: edit.path or "")
    return {
        "description": {"text": fix.message},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": uri(file_of(report, path or None))},
                "replacements": [
                    _replacement(edit, lines[edit.path]) for edit in group
                ],
            }
            for path, group in groupby(edits, key=lambda edit: edit.path or "")
        ],
        "properties": {"safety": fix.safety.value},
    }


def _replacement(edit: Edit, lines: Lines) -> dict[str, Any]:
    return {
        "deletedRegion": _region(lines, edit.span),
        "insertedContent": {"text": edit.text},
    }


def _region(lines: Lines, span: Span) -> dict[str, int]:
    start, end = lines.position(span.start), lines.position(span.end)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }
