"""What `as_explained` says, as JSON: an object for each file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Fix
from lightship.lint.links import url
from lightship.lint.rule import Practice
from lightship.lint.score import ALL, scores
from lightship.report.kit.json_stream import json_list
from lightship.report.lint.file_places import ReportFiles
from lightship.report.lint.formats import LintView


def write(reports: Iterable[Report], _view: LintView) -> Iterator[str]:
    """One file a line."""
    yield from json_list(map(_file, reports))


def _file(report: Report) -> dict[str, Any]:
    """A file that could not be read has findings and no score."""
    by_rule: dict[str, list[Diagnostic]] = {}
    for item in report.diagnostics:
        by_rule.setdefault(item.rule.id, []).append(item)
    groups = sorted(by_rule.values(), key=_order)

    score: int | None = None
    practices: dict[str, int] = {}
    if not report.unreadable:
        numbers = scores(report.diagnostics)
        score = numbers[ALL]
        practices = {name.value: numbers[name] for name in Practice}
    files = ReportFiles.of(report)
    return {
        "path": report.path,
        "score": score,
        "practices": practices,
        "rules": [_rule(items, files) for items in groups],
    }


def _order(items: Sequence[Diagnostic]) -> tuple[int, int]:
    """By practice, then the worst first."""
    worst = max(item.severity for item in items)
    practices = list(Practice)
    return practices.index(items[0].rule.practice), -worst


def _rule(items: Sequence[Diagnostic], files: ReportFiles) -> dict[str, Any]:
    rule = items[0].rule
    worst = max(item.severity for item in items)
    return {
        "rule": rule.id,
        "practice": rule.practice.value,
        "severity": worst.label,
        "summary": rule.summary,
        "reason": rule.reason,
        "url": url(rule),
        "findings": [_finding(item, files) for item in items],
    }


def _finding(item: Diagnostic, files: ReportFiles) -> dict[str, Any]:
    finding = item.finding
    lines = files.lines[finding.path]
    numbers: list[int] = []
    for place in (finding.span, *item.also):
        number = lines.line(place.start)
        numbers.append(number)
    return {
        "path": files.name(finding.path),
        "lines": numbers,
        "message": item.message,
        "cures": list(map(_cure, finding.cures)),
    }


def _cure(fix: Fix) -> dict[str, str]:
    return {
        "message": fix.message,
        "safety": fix.safety.value,
    }
