"""What the rules find wrong with a build on another image that they did not find before."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from lightship.bases.base_report import Objection
from lightship.build import Build
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.engine import lint
from lightship.lint.finding import Severity
from lightship.lint.registry import entries
from lightship.lint.rule import Practice
from lightship.lint.rule_entry import AnyRule

# Whether it works, and whether it has to compile: nothing about tags or style
_PRACTICES = (Practice.CORRECTNESS, Practice.PERFORMANCE)
_SURE = (Severity.ERROR, Severity.WARNING)

_Place = tuple[str, str | None, int]  # a rule, a file of the context, a line


def rule_objections(before: Build, after: Build) -> Iterator[Objection]:
    """The findings of the default rules that come with another image."""
    known = before.once(_places)
    for item in lint(after, _rules()):
        if _place(after, item) in known or item.rule.practice not in _PRACTICES:
            continue
        line = None
        if item.finding.path is None:
            line = after.dockerfile.lines.line(item.finding.span.start)
        is_sure = item.severity in _SURE
        yield Objection(item.finding.message, line, item.rule.id, is_sure)


@cache
def _rules() -> tuple[AnyRule, ...]:
    return tuple(rule for rule in entries() if rule.default and not rule.judges_ci)


def _places(build: Build) -> frozenset[_Place]:
    return frozenset(_place(build, item) for item in lint(build, _rules()))


def _place(build: Build, item: Diagnostic) -> _Place:
    """Where a finding is: another image changes no lines."""
    finding = item.finding
    if finding.path is not None:
        return item.rule.id, finding.path, finding.span.start
    return item.rule.id, None, build.dockerfile.lines.line(finding.span.start)
