"""How often each rule found something, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.lint.diagnostic import Report
from lightship.report.kit.json_stream import json_list
from lightship.report.lint.formats import LintView
from lightship.report.lint.rule_counts import rule_counts


def write(reports: Iterable[Report], _view: LintView) -> Iterator[str]:
    """One object a line, the most frequent rule first."""
    yield from json_list(
        {
            "rule": row.rule.id,
            "aliases": list(row.rule.aliases),
            "severity": row.severity.label,
            "summary": row.rule.summary,
            "count": row.count,
            "files": row.files,
            "safe_fixes": row.safe,
            "unsafe_fixes": row.unsafe,
        }
        for row in rule_counts(reports)
    )
