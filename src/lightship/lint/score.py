"""How a Dockerfile compares with the public ones: a score from 0 to 100, for each practice and in
all.

A score of 80 says: of a hundred public Dockerfiles of Python projects, 80 have at least as much
against them. One with nothing against it has 100. What speaks against a Dockerfile is counted in
points: each rule that finds something, once, by its worst finding (POINTS). Ten times the same
mistake is one mistake to learn.

The public Dockerfiles are 216 from repositories of docs/precision.md, judged with the default
rules; `scripts/public_scores.py` counts them, and public_scores.py holds the counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lightship.lint.diagnostic import Diagnostic
from lightship.lint.finding import Severity
from lightship.lint.public_scores import FILES_BY_POINTS
from lightship.lint.rule import Practice, Rule

POINTS = {
    Severity.ERROR: 5,
    Severity.WARNING: 3,
    Severity.INFO: 1,
    Severity.STYLE: 0,
}
ALL = "all"


def points(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """The points of each practice, and of ALL together."""
    worst: dict[Rule, Severity] = {}
    for diagnostic in diagnostics:
        rule = diagnostic.rule
        severity = diagnostic.severity
        worst[rule] = max(severity, worst.get(rule, severity))

    total: dict[str, int] = {practice.value: 0 for practice in Practice}
    total[ALL] = 0
    for rule, severity in worst.items():
        number = POINTS[severity]
        total[rule.practice.value] += number
        total[ALL] += number
    return total


def scores(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """The score of each practice, and of ALL together, from 0 to 100."""
    numbers = points(diagnostics)
    return {
        name: _score(number, FILES_BY_POINTS[name]) for name, number in numbers.items()
    }


def _score(number: int, public: Sequence[int]) -> int:
    """The share of public files, in percent, that have at least `number` points.

    `public` has at each place how many files have so many points.
    """
    as_bad = sum(public[number:])
    everybody = sum(public)
    return 100 * as_bad // everybody
