"""What the rules find wrong with a build on another image that they did not find before."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from lightship.bases.base_report import Objection
from lightship.build import Build
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.engine import lint
from lightship.lint.finding import Finding, Severity
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
        if item.rule.practice not in _PRACTICES:
            continue
        if _place(after, item) not in known:
            yield _objection(after, item)


def _objection(build: Build, item: Diagnostic) -> Objection:
    finding = item.finding
    line = None
    if finding.path is None:
        line = _line(build, finding)
    is_sure = item.severity in _SURE
    return Objection(finding.message, line, item.rule.id, is_sure)


@cache
def _rules() -> tuple[AnyRule, ...]:
    of_dockerfiles = [rule for rule in entries() if not rule.judges_ci]
    return tuple(rule for rule in of_dockerfiles if rule.default)


def _places(build: Build) -> frozenset[_Place]:
    found = lint(build, _rules())
    return frozenset(_place(build, item) for item in found)


def _place(build: Build, item: Diagnostic) -> _Place:
    """Where a finding is: another image changes no lines."""
    rule = item.rule.id
    finding = item.finding
    if finding.path is not None:
        return rule, finding.path, finding.span.start
    return rule, None, _line(build, finding)


def _line(build: Build, finding: Finding) -> int:
    start = finding.span.start
    return build.dockerfile.lines.line(start)
