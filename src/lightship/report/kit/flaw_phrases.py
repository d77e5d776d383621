"""What is said of vulnerabilities in the same words everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lightship.vulns.earlier_report import EarlierFlaw, FlawChange
from lightship.vulns.first_actions import Action, ActionKind
from lightship.vulns.flaw_difference import FlawDifference
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.flaw_summary import FlawSummary
from lightship.vulns.ignored import Accepted
from lightship.vulns.known_vulnerabilities import KnownFlaw
from lightship.wording.counts import count
from lightship.wording.dates import day
from lightship.wording.lists import listed
from lightship.wording.shares import percent

MOST_ROWS = 20
MOST_URGENT = 3  # actions in what another command says
MOST_NEW = 8  # vulnerabilities in what another command says
NONE = "no known vulnerability"
_VERBS = {
    ActionKind.BASE: "take a newer base image, which has",
    ActionKind.REMOVE: "keep build tools out of the final image:",
}


def head(scan: FlawReport) -> str:
    """How many there are, and how severe."""
    packages = {finding.package for finding in scan.findings}
    kind = "known" if scan.change is None else "new"
    one = len(scan.findings) == 1
    total = (
        f"{len(scan.findings):,} {kind} {'vulnerability' if one else 'vulnerabilities'}"
    )
    text = f"{scan.target or 'no name'}: {total}"
    if scan.findings:
        text += f" in {count(len(packages), 'package')} of {scan.packages:,}"
        return f"{text}: {_counts(scan.findings)}"
    return f"{text} in {count(scan.packages, 'package')}"


def summary(flaws: FlawSummary) -> str:
    """How many there are in how many packages; why that is not known, where it is not."""
    report = flaws.report
    if report is None:
        return f"not shown: {flaws.obstacle}"
    if not report.findings:
        return f"none in {count(report.packages, 'package')}"
    packages = {finding.package for finding in report.findings}
    where = f"in {count(len(packages), 'package')} of {report.packages:,}"
    return f"{len(report.findings):,} {where}: {_counts(report.findings)}"


def first_actions(report: FlawReport) -> list[str]:
    """The most urgent actions, and how many there are beside them."""
    rows = [action(item) for item in report.actions[:MOST_URGENT]]
    more = len(report.actions) - len(rows)
    return [*rows, f"and {count(more, 'more action')}"] if more > 0 else rows


def difference(item: FlawDifference) -> str:
    """How many are new and gone, how severe, and how many there are then."""
    if item.after is None:
        return f"not shown: {item.obstacle}"
    parts = [f"{len(item.added):,} new", f"{len(item.removed):,} gone"]
    for at, findings in enumerate((item.added, item.removed)):
        if findings:
            parts[at] += f" ({_counts(findings)})"
    return f"{', '.join(parts)}; {len(item.after.findings):,} after the change"


def new(finding: KnownFlaw) -> str:
    """`high 7.5: CVE-1 in flask 1.0, fixed in 2.0, Dockerfile:4`."""
    package = finding.package
    name = f"{finding.vulnerability.id} in {package.name} {package.version}"
    words = (
        f"{rating(finding)}: {name}",
        exploits(finding),
        fix(finding),
        place(finding),
    )
    return ", ".join(filter(None, words))


def _counts(findings: Sequence[KnownFlaw]) -> str:
    """`2 critical, 5 high; 1 exploited`."""
    exploited = sum(finding.vulnerability.is_exploited for finding in findings)
    return (
        f"{ratings(findings)}; {exploited:,} exploited"
        if exploited
        else ratings(findings)
    )


def exploits(finding: KnownFlaw) -> str:
    """`exploited since 2026-01-31, EPSS 94.3 %`; empty where nothing is known."""
    known = finding.vulnerability.exploitation
    parts: list[str] = []
    if known.kev is not None:
        use = ", for ransomware" if known.kev.is_ransomware else ""
        parts.append(f"exploited since {known.kev.added}{use}")
    if known.epss is not None:
        parts.append(f"EPSS {percent(known.epss)}")
    return ", ".join(parts)


def ratings(findings: Iterable[KnownFlaw]) -> str:
    """`2 critical, 5 high`, the worst first."""
    counts = Counter(finding.vulnerability.severity.rating for finding in findings)
    return ", ".join(
        f"{counts[rating]:,} {rating.label}" for rating in sorted(counts, reverse=True)
    )


def action(item: Action) -> str:
    """What to do, in the imperative, and what goes by it."""
    names = listed(name for name, _version in item.packages)
    gone = f"{item.gone:,} gone"
    if item.gone != item.total:
        gone = f"{item.gone:,} of {item.total:,} gone"
    if item.exploited:
        gone += f", {item.exploited:,} exploited"
    if item.kind is ActionKind.UPGRADE:
        ((name, version),) = item.packages
        text = f"upgrade {name} {version} to {item.to}"
    else:
        text = f"{_VERBS[item.kind]} {names}"
        if item.kind is ActionKind.BASE:
            text += " fixed"
    place = f" ({item.line})" if item.line else ""
    return f"{text}{place}: {gone}"


def fix(finding: KnownFlaw) -> str:
    """`fixed in 2.0`, or that no fix is known."""
    fixed = finding.vulnerability.fixed
    return f"fixed in {fixed}" if fixed else "no fix known"


def change(item: FlawChange) -> str:
    """How many an earlier report has too, and how many of it are gone."""
    return f"{item.known:,} known before, {len(item.gone):,} gone"


def gone(flaw: EarlierFlaw) -> str:
    """`CVE-1 in flask 1.0`."""
    return f"{flaw.ids[0]} in {flaw.package} {flaw.version}"


def accepted(item: Accepted) -> str:
    """What is not reported, who says so, and why."""
    flaw = item.flaw
    who = f"{item.status} by VEX" if item.status else "accepted"
    until = f" until {flaw.until}" if flaw.until else ""
    reason = f": {flaw.reason}" if flaw.reason else ""
    name = f"{item.finding.vulnerability.id} {item.finding.package.name}"
    return f"{name} {who}{until}{reason}"


def place(finding: KnownFlaw) -> str:
    """The line that brought it, or that the base image did."""
    origin = finding.subjects[0].origin
    return "base image" if origin.is_base else origin.line


def rating(finding: KnownFlaw) -> str:
    """`high 7.5`; without a number where none is stated."""
    severity = finding.vulnerability.severity
    number = "" if severity.score is None else f" {severity.score}"
    return f"{severity.rating.label}{number}"


def age(scan: FlawReport) -> str:
    """How old the copy of OSV is."""
    feeds = [f"{feed.name} of {feed.dated}" for feed in scan.feeds]
    osv = f"copy of OSV of {day(scan.age.downloaded)}"
    return ", ".join((osv, f"its newest record of {day(scan.age.newest)}", *feeds))
