"""What `lightship fix` did to a Dockerfile, what it left, and why."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.inspection.shown import printable
from lightship.lint.fixes import Fixed, LeftOut
from lightship.report.formats import Style
from lightship.report.paint import DIM, GREEN, paint


def write(path: str, fixed: Fixed, style: Style) -> Iterator[str]:
    """A line with the counts, then one for each fix and each finding that is left."""
    if not fixed.applied and not fixed.left:
        return
    yield f"{path}: {len(fixed.applied)} fixed, {len(fixed.left)} left\n"
    if style.quiet:
        return
    for item in fixed.applied:
        yield f"  {paint('fixed', GREEN, style)} line {item.line:<4} {item.rule}: {printable(item.message)}\n"
    for left in fixed.left:
        yield f"  {paint('left', DIM, style)}  line {_line(fixed, left):<4} {_about(left)}\n"
        if left.diagnostic.finding.choices:
            yield from (f"          choice: {printable(cure.message)}\n" for cure in left.diagnostic.finding.cures)


def _line(fixed: Fixed, left: LeftOut) -> int:
    return fixed.build.dockerfile.lines.line(left.diagnostic.finding.span.start)


def _about(left: LeftOut) -> str:
    finding = left.diagnostic.finding
    return f"{left.diagnostic.rule.id}: {printable(finding.message)} ({left.reason.value})"
