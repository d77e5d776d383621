"""How often each rule found something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.finding import Safety, Severity
from lightship.lint.rule import Rule
from lightship.record import record


@record(eq=False)
class RuleCount:
    """The findings of one rule; `severity` is that of the worst.

    `safe` and `unsafe` are those that `lightship fix` fixes, without and with --unsafe-fixes.
    """

    rule: Rule
    alias: str
    severity: Severity
    count: int
    files: int
    safe: int
    unsafe: int


def rule_counts(reports: Iterable[Report]) -> list[RuleCount]:
    """A row for each rule that found something, the most frequent first."""
    by_rule: dict[str, list[Diagnostic]] = {}
    files = Counter[str]()
    for report in reports:
        for item in report.diagnostics:
            by_rule.setdefault(item.rule.id, []).append(item)
        files.update({item.rule.id for item in report.diagnostics})

    rows = [_row(items, files[rule]) for rule, items in by_rule.items()]
    rows.sort(key=lambda row: (-row.count, row.rule.id))
    return rows


def _row(items: Sequence[Diagnostic], files: int) -> RuleCount:
    fixes = [item.finding.fix for item in items]
    safeties = Counter(fix.safety for fix in fixes if fix is not None)
    return RuleCount(
        items[0].rule,
        items[0].alias,
        max(item.severity for item in items),
        len(items),
        files,
        safeties[Safety.SAFE],
        safeties[Safety.UNSAFE],
    )
