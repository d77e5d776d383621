"""Known vulnerabilities as SARIF 2.1.0, at the line of the Dockerfile where one is known.

`security-severity` is the score by which GitHub sorts alerts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from lightship.report.kit import flaw_phrases as phrases
from lightship.report.kit.sarif import sarif
from lightship.report.vulns.vulns_formats import VulnsView
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.known_vulnerabilities import KnownFlaw
from lightship.vulns.severity import Rating
from lightship.wording.printable import escaped

_ADDRESS = "https://osv.dev/vulnerability/"


def write_scan(scan: FlawReport, _view: VulnsView) -> Iterator[str]:
    """A rule for each vulnerability, a result for each package that has it."""
    flaws = {item.vulnerability.id: item.vulnerability for item in scan.findings}
    names = sorted(flaws)
    rules: list[dict[str, Any]] = []
    for name in names:
        severity = flaws[name].severity
        properties: dict[str, Any] = {"tags": ["security"]}
        if severity.score is not None:
            properties["security-severity"] = str(severity.score)
        rules.append(
            {
                "id": name,
                "shortDescription": {"text": escaped(flaws[name].summary) or name},
                "helpUri": _ADDRESS + quote(flaws[name].records[0], safe=""),
                "properties": properties,
            }
        )
    where = scan.dockerfile or scan.target or "image"
    results = [
        {
            "ruleId": item.vulnerability.id,
            "ruleIndex": names.index(item.vulnerability.id),
            "level": _level(item.vulnerability.severity.rating),
            "message": {"text": _message(item)},
            "locations": [{"physicalLocation": _location(item, where)}],
        }
        for item in scan.findings
    ]
    yield sarif(rules, results, {"copyOfOsv": phrases.age(scan)})


def _level(rating: Rating) -> str:
    if rating >= Rating.HIGH:
        return "error"
    return "warning" if rating is Rating.MEDIUM else "note"


def _message(finding: KnownFlaw) -> str:
    package = finding.package
    facts = filter(None, (phrases.rating(finding), phrases.exploits(finding)))
    return escaped(
        f"{package.name} {package.version} has {finding.vulnerability.id} "
        f"({', '.join(facts)}): {phrases.fix(finding)}"
    )


def _location(finding: KnownFlaw, where: str) -> dict[str, Any]:
    place = finding.subjects[0].origin.line
    path, colon, number = place.rpartition(":")
    if not colon:
        path = place  # a lock file, of which no line is known
    digits = number.rstrip("?")
    artifact = quote((path or where).replace("\\", "/").encode("utf-8", "replace"))
    location: dict[str, Any] = {"artifactLocation": {"uri": artifact}}
    if path and digits.isdecimal() and int(digits):
        location["region"] = {"startLine": int(digits)}
    return location
