"""What another ignore file would send more and less."""

from __future__ import annotations

from lightship.context.files import File
from lightship.context.ignore import Ignore
from lightship.errors import ParseError
from lightship.inspection.context.context_report import ContextReport
from lightship.record import record


@record
class IgnoreDiff:
    """`more` is what the other ignore file would let in, `less` what it would leave out.

    By path.
    """

    other: str
    more: tuple[File, ...]
    less: tuple[File, ...]


def diff_ignore(report: ContextReport, name: str, text: str) -> IgnoreDiff:
    """`name` is what the other ignore file is called.

    A ParseError where BuildKit would refuse it.
    """
    other = Ignore.parse(text)
    if other.problems:
        rows = (
            f"{name}:{problem.line}: BuildKit refuses it: {problem.message}"
            for problem in other.problems
        )
        raise ParseError("\n".join(rows))
    walk = other.walk()
    more = tuple(file for file in report.ignored if not walk.leaves_out(file.path))
    less = tuple(file for file in report.sent if walk.leaves_out(file.path))
    return IgnoreDiff(name, more, less)
