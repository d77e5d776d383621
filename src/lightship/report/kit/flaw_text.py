"""Known vulnerabilities as a short section of what other commands show."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.report.kit import flaw_phrases as phrases
from lightship.report.kit.markdown import code, text
from lightship.report.kit.paint import BOLD, DIM, RED, paint
from lightship.report.kit.view import Screen
from lightship.vulns.flaw_difference import FlawDifference
from lightship.vulns.flaw_summary import FlawSummary
from lightship.wording.printable import escaped


def flaw_rows(flaws: FlawSummary, view: Screen) -> Iterator[str]:
    """How many, what to do first, the command for the rest, and how old the copy of OSV is."""
    title = paint("KNOWN VULNERABILITIES", BOLD, view)
    yield f"{title}  {escaped(phrases.summary(flaws))}"
    report = flaws.report
    if report is None:
        return
    for action in phrases.first_actions(report):
        yield f"  {escaped(action)}"
    if report.findings:
        yield f"  {escaped(flaws.command)} lists all"
    yield f"  {paint(phrases.age(report), DIM, view)}"


def flaws_markdown(flaws: FlawSummary) -> Iterator[str]:
    """The same under a heading."""
    yield "### Known vulnerabilities\n\n"
    yield f"{text(phrases.summary(flaws))}\n\n"
    report = flaws.report
    if report is None:
        return
    for action in phrases.first_actions(report):
        yield f"- {text(action)}\n"
    if report.findings:
        yield f"- {code(flaws.command)} lists all\n\n"
    yield f"{text(phrases.age(report))}\n\n"


def flaw_change_rows(change: FlawDifference, view: Screen) -> Iterator[str]:
    """How many are new and gone, which are new, and how old the copy of OSV is."""
    title = paint("KNOWN VULNERABILITIES", BOLD, view)
    yield f"{title}  {escaped(phrases.difference(change))}"
    if change.after is None:
        return
    for finding in change.added[: phrases.MOST_NEW]:
        yield f"  {paint('+', RED, view)} {escaped(phrases.new(finding))}"
    if more := _more(change):
        yield f"  {paint(more, DIM, view)}"
    yield f"  {paint(phrases.age(change.after), DIM, view)}"


def flaw_change_markdown(change: FlawDifference) -> Iterator[str]:
    """The same under a heading."""
    yield "### Known vulnerabilities\n\n"
    yield f"{text(phrases.difference(change))}\n\n"
    if change.after is None:
        return
    for finding in change.added[: phrases.MOST_NEW]:
        yield f"- {text(phrases.new(finding))}\n"
    if more := _more(change):
        yield f"- {more}\n"
    if change.added:
        yield "\n"
    yield f"{text(phrases.age(change.after))}\n\n"


def _more(change: FlawDifference) -> str:
    rest = len(change.added) - phrases.MOST_NEW
    return f"and {rest:,} more; --format json has all" if rest > 0 else ""
