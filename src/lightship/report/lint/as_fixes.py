"""What `lightship fix` did to a Dockerfile, what it left, and why."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.lint.fixes import Fixed, LeftOut, line_of
from lightship.report.kit.paint import DIM, GREEN, paint
from lightship.report.lint.formats import LintView
from lightship.wording.printable import printable


def write(path: str, fixed: Fixed, style: LintView) -> Iterator[str]:
    """A line with the counts, then one for each fix and each finding that is left."""
    if not fixed.applied and not fixed.left:
        return
    yield f"{path}: {len(fixed.applied)} fixed, {len(fixed.left)} left\n"
    if style.quiet:
        return
    for item in fixed.applied:
        place = _place(item.path, item.line)
        yield f"  {paint('fixed', GREEN, style)} {place} {item.rule}: {printable(item.message)}\n"
    for left in fixed.left:
        finding = left.diagnostic.finding
        yield f"  {paint('left', DIM, style)}  {_place(finding.path, line_of(fixed.build, finding))} {_about(left)}\n"
        if finding.choices:
            yield from (
                f"          choice: {printable(cure.message)}\n"
                for cure in finding.cures
            )


def _place(path: str | None, line: int) -> str:
    """A line of the Dockerfile, or of the file of the context that is named."""
    return f"line {line:<4}" if path is None else f"{printable(path)} line {line:<4}"


def _about(left: LeftOut) -> str:
    finding = left.diagnostic.finding
    return (
        f"{left.diagnostic.rule.id}: {printable(finding.message)} ({left.reason.value})"
    )
