"""Known vulnerabilities for people: what to do first, then the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.report.kit import flaw_phrases as phrases
from lightship.report.kit.paint import BOLD, DIM, RED, YELLOW, paint
from lightship.report.vulns.vulns_formats import VulnsView
from lightship.vulns.earlier_report import FlawChange
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.ignored import Accepted
from lightship.vulns.known_vulnerabilities import KnownFlaw
from lightship.vulns.severity import Rating
from lightship.wording.printable import escaped, shortened

_LONGEST = 40  # characters of a cell
_COLOURS = {Rating.CRITICAL: RED, Rating.HIGH: RED, Rating.MEDIUM: YELLOW}


def write_scan(scan: FlawReport, view: VulnsView) -> Iterator[str]:
    """How many, what to do, which, and how old the copy of OSV is."""
    head = escaped(phrases.head(scan))
    yield f"{paint(head, BOLD, view)}\n"
    if scan.actions:
        yield "\nDo first\n"
        for action in scan.actions:
            yield f"  {escaped(phrases.action(action))}\n"
    if scan.findings:
        yield "\n"
        yield from _rows(scan.findings, view)
    if scan.change is not None:
        yield from _change(scan.change, view)
    if scan.accepted:
        yield from _accepted(scan.accepted, view)
    age = phrases.age(scan)
    yield f"\n{paint(age, DIM, view)}\n"


def _rows(findings: Sequence[KnownFlaw], view: VulnsView) -> Iterator[str]:
    shown = findings if view.all else findings[: phrases.MOST_ROWS]
    cells = [_cells(finding) for finding in shown]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for finding, row in zip(shown, cells, strict=True):
        pairs = zip(row, widths, strict=True)
        padded = [cell.ljust(width) for cell, width in pairs if width]
        severity = finding.vulnerability.severity
        colour = _COLOURS.get(severity.rating, "")
        padded[0] = paint(padded[0], colour, view)
        yield "  ".join(padded).rstrip() + "\n"
    more = len(findings) - len(shown)
    if more:
        yield f"and {more:,} more: --all lists them\n"


def _change(change: FlawChange, view: VulnsView) -> Iterator[str]:
    shown = change.gone if view.all else change.gone[: phrases.MOST_ROWS]
    yield f"\n{phrases.change(change)}\n"
    for flaw in shown:
        yield f"  gone: {escaped(phrases.gone(flaw))}\n"
    yield from _more(len(change.gone) - len(shown))


def _accepted(items: Sequence[Accepted], view: VulnsView) -> Iterator[str]:
    shown = items if view.all else items[: phrases.MOST_ROWS]
    yield f"\n{len(items):,} not reported\n"
    for item in shown:
        yield f"  {escaped(phrases.accepted(item))}\n"
    yield from _more(len(items) - len(shown))


def _more(number: int) -> Iterator[str]:
    if number:
        yield f"  and {number:,} more: --all lists them\n"


def _cells(finding: KnownFlaw) -> tuple[str, ...]:
    name = f"{finding.package.name} {finding.package.version}"
    return (
        phrases.rating(finding),
        _cell(finding.vulnerability.id),
        _cell(name),
        phrases.exploits(finding),
        _cell(phrases.fix(finding)),
        _cell(phrases.place(finding)),
    )


def _cell(text: str) -> str:
    return shortened(escaped(text), _LONGEST)
