"""Findings that are known and not to be reported again: a baseline, by content and not by line.

A line of the file for each, as JSON, in a fixed order: branches merge it line by line, and what
stands twice is the same finding. A finding is known by its file, its rule, the text of the line
where it begins, and its message. Lines that come, go or move elsewhere in the file do not matter.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lightship.errors import ConfigError
from lightship.lint.builtin import ALWAYS
from lightship.lint.diagnostic import Diagnostic
from lightship.record import record
from lightship.regex import regex
from lightship.text import Lines

_VERSION = 1
_HEADER = "lightship-baseline"
_LINES = regex(r"\b(lines?) \d+(?:(?:, | and |-)\d+)*")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_NEVER_KNOWN = frozenset(rule.id for rule in ALWAYS)


@record
class KnownFinding:
    """A row of a baseline: `count` findings of a rule on lines of this text.

    `path` is a file as the baseline calls it. The numbers of lines in `message` are left out.
    """

    path: str
    rule: str
    text: str
    message: str
    count: int = 1

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is known by."""
        return self.path, self.rule, self.text, self.message


def can_be_known(item: Diagnostic) -> bool:
    """Whether a baseline may hold a finding; a file of which nothing can be said is always told."""
    return item.rule.id not in _NEVER_KNOWN


def known_finding(item: Diagnostic, path: str, lines: Lines) -> KnownFinding:
    """A finding as a row; `lines` are those of its file, `path` is what the baseline calls it."""
    number = lines.line(item.finding.span.start)
    line = lines.span(number).of(lines.text)
    message = _LINES.sub(r"\1 N", item.finding.message)
    return KnownFinding(path, item.rule.id, " ".join(line.split()), message)


def read_baseline(text: str, where: str) -> tuple[KnownFinding, ...]:
    """The rows of a baseline. A ConfigError, with the line, for what is none."""
    rows: dict[tuple[str, ...], KnownFinding] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if line.startswith(_CONFLICT):
            raise ConfigError(
                f"{where}:{number}: a merge conflict: keep the lines of both sides, or write the "
                "file again with `lightship baseline`"
            )
        row = _read_row(line, f"{where}:{number}")
        if row is None:
            continue
        before = rows.get(row.key)
        if before is None or before.count < row.count:
            rows[row.key] = row
    return tuple(rows.values())


def _read_row(line: str, where: str) -> KnownFinding | None:
    """A row; None for the header."""
    try:
        fields: Any = json.loads(line)
        if isinstance(fields, dict) and _HEADER in fields:
            if fields[_HEADER] != _VERSION:
                raise ConfigError(f"{where}: written by another version of lightship")
            return None
        count = fields.pop("count", 1)
        row = KnownFinding(**fields, count=count)
        is_right = isinstance(count, int) and all(
            isinstance(part, str) for part in row.key
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        is_right = False
    if not is_right:
        raise ConfigError(
            f"{where}: not a line of a baseline; `lightship baseline` writes the file again"
        )
    return row


def baseline_text(findings: Iterable[KnownFinding]) -> str:
    """The text of a baseline; what is equal is counted."""
    counts: dict[tuple[str, str, str, str], int] = {}
    for finding in findings:
        counts[finding.key] = counts.get(finding.key, 0) + finding.count
    rows = [json.dumps({_HEADER: _VERSION})]
    rows += [_row(KnownFinding(*key, counts[key])) for key in sorted(counts)]
    return "\n".join(rows) + "\n"


def _row(finding: KnownFinding) -> str:
    fields: dict[str, Any] = {
        "path": finding.path,
        "rule": finding.rule,
        "text": finding.text,
        "message": finding.message,
    }
    if finding.count > 1:
        fields["count"] = finding.count
    return json.dumps(fields)


@record(eq=False, frozen=False)
class _Row:
    """A row, and how many of its findings have not occurred yet."""

    finding: KnownFinding
    left: int


class BaselineMatcher:
    """Takes each known finding off the baseline when it occurs.

    `exists` tells whether a file of the baseline is still there: the findings of one that is gone
    are known where the same is found in a file that the baseline does not have, since files are
    renamed.
    """

    def __init__(
        self, findings: Sequence[KnownFinding], exists: Callable[[str], bool]
    ) -> None:
        self._rows: dict[tuple[str, str], list[_Row]] = {}
        for finding in findings:
            place = (finding.path, finding.rule)
            rows = self._rows.setdefault(place, [])
            rows.append(_Row(finding, finding.count))

        self._paths = {finding.path for finding in findings}
        self._gone = {path for path in self._paths if not exists(path)}
        self._moved: dict[str, list[_Row]] = {}
        for (path, rule), rows in self._rows.items():
            if path in self._gone:
                self._moved.setdefault(rule, []).extend(rows)

    def take(self, findings: Sequence[KnownFinding]) -> list[bool]:
        """Which of the findings of one Dockerfile are known.

        A line that was edited is known where the rule still says the same of one line in the file
        more than it did: the edit brought nothing.
        """
        known = [self._take(finding, _same_line) for finding in findings]
        for at, finding in enumerate(findings):
            if not known[at]:
                known[at] = self._take(finding, _same_message)
        return known

    def _take(
        self,
        finding: KnownFinding,
        is_same: Callable[[KnownFinding, KnownFinding], bool],
    ) -> bool:
        rows = self._rows.get((finding.path, finding.rule), [])
        if finding.path not in self._paths:
            rows = self._moved.get(finding.rule, [])
        for row in rows:
            if row.left and is_same(row.finding, finding):
                row.left -= 1
                return True
        return False

    def left(
        self, judged: Callable[[str, str], bool]
    ) -> tuple[list[KnownFinding], list[KnownFinding]]:
        """The known findings that did not occur, and those that were not looked for.

        Each with how many there are. `judged` tells whether a path was looked at with a rule; of
        files that are gone it is not asked.
        """
        absent: list[KnownFinding] = []
        untouched: list[KnownFinding] = []
        for (path, rule), rows in self._rows.items():
            is_over = path in self._gone or judged(path, rule)
            rest = [
                KnownFinding(*row.finding.key, row.left) for row in rows if row.left
            ]
            if is_over:
                absent += rest
            else:
                untouched += rest
        return absent, untouched


def _same_line(known: KnownFinding, finding: KnownFinding) -> bool:
    return known.text == finding.text


def _same_message(known: KnownFinding, finding: KnownFinding) -> bool:
    return known.message == finding.message
