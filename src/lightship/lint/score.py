"""How a Dockerfile compares with the public ones: a score from 0 to 100, for each practice and in
all.

A score of 80 says: of a hundred public Dockerfiles of Python projects, 80 have at least as much
against them. One with nothing against it has 100. What speaks against a Dockerfile is counted in
points: each rule that finds something, once, by its worst finding (POINTS). Ten times the same
mistake is one mistake to learn.

The public Dockerfiles are those of docs/precision.md, judged with the default rules;
`scripts/public_scores.py` counts them, and public_scores.py holds the counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lightship.lint.diagnostic import Diagnostic
from lightship.lint.finding import Severity
from lightship.lint.public_scores import FILES_BY_POINTS
from lightship.lint.rule import Practice

POINTS = {Severity.ERROR: 5, Severity.WARNING: 3, Severity.INFO: 1, Severity.STYLE: 0}
ALL = "all"


def points(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """The points of each practice, and of ALL together."""
    worst: dict[str, tuple[Practice, Severity]] = {}
    for item in diagnostics:
        rule = item.rule
        before = worst.get(rule.id, (rule.practice, item.severity))
        worst[rule.id] = (rule.practice, max(before[1], item.severity))
    found = dict.fromkeys((*(practice.value for practice in Practice), ALL), 0)
    for practice, severity in worst.values():
        found[practice.value] += POINTS[severity]
        found[ALL] += POINTS[severity]
    return found


def scores(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """The score of each practice, and of ALL together, from 0 to 100."""
    return {
        name: _score(number, FILES_BY_POINTS[name])
        for name, number in points(diagnostics).items()
    }


def _score(number: int, public: Sequence[int]) -> int:
    """The share of public files, in percent, that have at least `number` points."""
    return 100 * sum(public[number:]) // sum(public)
