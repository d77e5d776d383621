"""Known vulnerabilities as JUnit's XML, a case each; what reaches --fail-on fails."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.report.kit import flaw_phrases as phrases
from lightship.report.kit.junit import JUnitCase, Suite, junit
from lightship.report.vulns.vulns_formats import VulnsView
from lightship.vulns.fail_level import is_reached
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.known_vulnerabilities import KnownFlaw
from lightship.wording.printable import escaped


def write_scan(scan: FlawReport, view: VulnsView) -> Iterator[str]:
    """One suite, with a case that passes where nothing is known."""
    name = f"{escaped(scan.target)} vulnerabilities".strip()
    cases = [_case(name, finding, view.fail_on) for finding in scan.findings]
    if not cases:
        cases.append(JUnitCase(name, phrases.NONE))
    suite = Suite(name, cases)
    yield from junit((suite,))


def _case(classname: str, finding: KnownFlaw, fail_on: str) -> JUnitCase:
    flaw = finding.vulnerability
    package = finding.package
    sentences = (flaw.summary, phrases.place(finding), phrases.exploits(finding))
    told = filter(None, sentences)
    return JUnitCase(
        classname,
        escaped(f"{flaw.id} {package.name} {package.version}"),
        escaped(f"{phrases.rating(finding)}: {phrases.fix(finding)}"),
        flaw.severity.rating.label,
        "\n".join(map(escaped, told)),
        skipped=not is_reached(fail_on, flaw),
    )
