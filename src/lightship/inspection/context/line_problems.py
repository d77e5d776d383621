"""Lines of an ignore file that do not do what they seem to: what rules of `lint` say of them."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.context.patterns import IgnorePattern
from lightship.inspection.context.context_report import LineProblem
from lightship.lint.engine import lint
from lightship.lint.registry import all_rules
from lightship.text import Lines

_OWN = "ignore-"  # how the ids of rules about ignore files begin


def line_problems(build: Build) -> Iterator[LineProblem]:
    """In the order of the file."""
    context = build.context
    path = context.ignore_path if context is not None else None
    if context is None or path is None:
        return
    lines = Lines(context.read(path) or "")
    rules = [rule for rule in all_rules() if rule.id.startswith(_OWN)]
    for item in lint(build, rules):
        if item.finding.path == path and item.rule in rules:
            line = lines.line(item.finding.span.start)
            cure = item.finding.fix
            hint = cure.message if cure is not None else ""
            yield LineProblem(
                item.rule.id, line, item.finding.span, item.finding.message, hint
            )


def idle_lines(build: Build, decided: frozenset[IgnorePattern]) -> Iterator[int]:
    """The lines that decide about nothing that is there: a precaution, or a slip."""
    assert build.context is not None
    yield from (
        pattern.line
        for pattern in build.context.ignore.patterns
        if pattern not in decided
    )
