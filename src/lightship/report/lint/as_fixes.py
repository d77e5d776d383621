"""What `lightship fix` did to a Dockerfile, what it left, and why."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.lint.fixes import Fixed, LeftOut, line_of
from lightship.report.kit.paint import DIM, GREEN, paint
from lightship.report.lint.formats import LintView
from lightship.wording.printable import printable


def write(path: str, fixed: Fixed, view: LintView) -> Iterator[str]:
    """A line with the counts, then one for each fix and each finding that is left."""
    if not fixed.applied and not fixed.left:
        return
    yield f"{path}: {len(fixed.applied)} fixed, {len(fixed.left)} left\n"
    if view.quiet:
        return
    for item in fixed.applied:
        place = _place(item.path, item.line)
        word = paint("fixed", GREEN, view)
        yield f"  {word} {place} {item.rule}: {printable(item.message)}\n"
    for left in fixed.left:
        finding = left.diagnostic.finding
        place = _place(finding.path, line_of(fixed.build, finding))
        yield f"  {paint('left', DIM, view)}  {place} {_about(left)}\n"
        for cure in finding.cures if finding.choices else ():
            yield f"          choice: {printable(cure.message)}\n"


def _place(path: str | None, line: int) -> str:
    """A line of the Dockerfile, or of the file of the context that is named."""
    place = f"line {line:<4}"
    return place if path is None else f"{printable(path)} {place}"


def _about(left: LeftOut) -> str:
    rule = left.diagnostic.rule.id
    message = printable(left.diagnostic.message)
    return f"{rule}: {message} ({left.reason.value})"
