"""Known vulnerabilities as markdown, for a comment or a job summary."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.report.kit import flaw_phrases as phrases
from lightship.report.kit import markdown
from lightship.report.vulns.vulns_formats import VulnsView
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.known_vulnerabilities import KnownFlaw

_HEAD = ("rating", "vulnerability", "package", "fix", "from")


def write_scan(scan: FlawReport, view: VulnsView) -> Iterator[str]:
    """How many, what to do, which, and how old the copy of OSV is."""
    yield f"**{markdown.text(phrases.head(scan))}**\n\n"
    for action in scan.actions:
        yield f"- {markdown.text(phrases.action(action))}\n"
    if scan.actions:
        yield "\n"
    shown = scan.findings if view.all else scan.findings[: phrases.MOST_ROWS]
    yield from markdown.table(_HEAD, map(_cells, shown))
    more = len(scan.findings) - len(shown)
    if more:
        yield f"and {more:,} more\n\n"
    if scan.change is not None:
        yield f"{phrases.change(scan.change)}\n\n"
        for flaw in scan.change.gone[: phrases.MOST_ROWS]:
            yield f"- gone: {markdown.text(phrases.gone(flaw))}\n"
        yield "\n"
    for item in scan.accepted[: phrases.MOST_ROWS]:
        yield f"- not reported: {markdown.text(phrases.accepted(item))}\n"
    if scan.accepted:
        yield "\n"
    yield f"{markdown.text(phrases.age(scan))}\n"


def _cells(finding: KnownFlaw) -> tuple[str, ...]:
    package = finding.package
    rating = filter(None, (phrases.rating(finding), phrases.exploits(finding)))
    return (
        markdown.text(", ".join(rating)),
        markdown.code(finding.vulnerability.id),
        markdown.code(f"{package.name} {package.version}"),
        markdown.text(phrases.fix(finding)),
        markdown.text(phrases.place(finding)),
    )
