"""How often each rule found something, for people: a line for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.lint.diagnostic import Report
from lightship.report.kit.paint import BOLD, GREEN, SEVERITIES, paint
from lightship.report.lint.formats import LintView
from lightship.report.lint.rule_counts import RuleCount, rule_counts
from lightship.wording.counts import count

_SAFE, _UNSAFE, _NONE = "[*]", "[-]", "[ ]"
_MARKS = "[*] fixable with `lightship fix`, [-] some only with --unsafe-fixes."


def write(reports: Iterable[Report], view: LintView) -> Iterator[str]:
    """The rules, the most frequent first, then how many findings there are in all."""
    rows = rule_counts(reports)
    if not rows:
        if not view.quiet:
            yield f"{paint('No findings', GREEN, view)}.\n"
        return

    number_width = len(str(rows[0].count))
    name_width = max(len(_name(row)) for row in rows)
    for row in rows:
        level = row.severity.label.ljust(len("warning"))
        yield "  ".join(
            (
                str(row.count).rjust(number_width),
                paint(_name(row).ljust(name_width), BOLD, view),
                paint(level, SEVERITIES[row.severity], view),
                _mark(row),
                f"{row.rule.summary}\n",
            )
        )
    if not view.quiet:
        total = sum(row.count for row in rows)
        yield f"{count(total, 'finding')} by {count(len(rows), 'rule')}. {_MARKS}\n"


def _name(row: RuleCount) -> str:
    return f"{row.rule.id} ({row.alias})" if row.alias else row.rule.id


def _mark(row: RuleCount) -> str:
    """As ruff marks what can be fixed."""
    if row.safe == row.count:
        return _SAFE
    return _UNSAFE if row.safe or row.unsafe else _NONE
