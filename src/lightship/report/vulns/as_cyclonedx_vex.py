"""Known vulnerabilities as CycloneDX 1.6 JSON: the packages that have any, and what is said of it.

A rating's number is that of the vector, whose version `method` names.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import quote

from cyclonedx.model import XsUri
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.impact_analysis import ImpactAnalysisState
from cyclonedx.model.vulnerability import (
    BomTarget,
    Vulnerability,
    VulnerabilityAnalysis,
    VulnerabilityRating,
    VulnerabilityReference,
    VulnerabilityScoreSource,
    VulnerabilitySeverity,
    VulnerabilitySource,
)
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from lightship import __version__
from lightship.report.kit.json_stream import printable_json
from lightship.report.vulns.vex_rows import VexRow, document_id, vex_rows
from lightship.report.vulns.vulns_formats import VulnsView
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.judged_package import JudgedPackage
from lightship.vulns.severity import RatedSeverity, Rating
from lightship.vulns.vex import FIXED, NOT_AFFECTED

_OSV = "https://osv.dev/vulnerability/"
_STATES = {
    FIXED: ImpactAnalysisState.RESOLVED,
    NOT_AFFECTED: ImpactAnalysisState.NOT_AFFECTED,
}
_SEVERITIES = {Rating.NEGLIGIBLE: VulnerabilitySeverity.INFO}
_METHODS = {
    "CVSS:4": VulnerabilityScoreSource.CVSS_V4,
    "CVSS:3.1": VulnerabilityScoreSource.CVSS_V3_1,
    "CVSS:3": VulnerabilityScoreSource.CVSS_V3,
}


def write_scan(scan: FlawReport, view: VulnsView) -> Iterator[str]:
    """One entry for each vulnerability of a package."""
    rows = list(vex_rows(scan))
    subjects = {
        subject.purl: subject for row in rows for subject in row.finding.subjects
    }
    whole = Component(
        name=scan.target or "image", type=ComponentType.CONTAINER, bom_ref="target"
    )
    tool = Component(
        name="lightship", version=__version__, type=ComponentType.APPLICATION
    )
    metadata = BomMetaData(component=whole, timestamp=view.time)
    metadata.tools.components.add(tool)
    bom = Bom(
        serial_number=document_id(scan, view),
        metadata=metadata,
        components=map(_component, subjects.values()),
        vulnerabilities=[_vulnerability(row, at) for at, row in enumerate(rows, 1)],
    )
    bom.register_dependency(whole, bom.components)
    yield printable_json(JsonV1Dot6(bom).output_as_string(indent=2)) + "\n"


def _component(subject: JudgedPackage) -> Component:
    return Component(
        name=subject.name,
        version=subject.version or None,
        type=ComponentType.LIBRARY,
        bom_ref=subject.purl,
        purl=PackageURL.from_string(subject.purl),
    )


def _vulnerability(row: VexRow, number: int) -> Vulnerability:
    flaw = row.finding.vulnerability
    state = _STATES.get(row.status, ImpactAnalysisState.IN_TRIAGE)
    fixed = f"upgrade to {flaw.fixed}" if flaw.fixed else None
    return Vulnerability(
        bom_ref=f"vulnerability-{number}",
        id=flaw.id,
        source=_source(flaw.records[0]),
        references=[
            VulnerabilityReference(id=name, source=_source(name))
            for name in flaw.ids[1:]
        ],
        ratings=[_rating(flaw.severity)],
        description=flaw.summary or None,
        recommendation=fixed,
        analysis=VulnerabilityAnalysis(state=state, detail=row.words or None),
        affects=[BomTarget(ref=subject.purl) for subject in row.finding.subjects],
    )


def _source(record_id: str) -> VulnerabilitySource:
    return VulnerabilitySource(name="OSV", url=XsUri(_OSV + quote(record_id, safe="")))


def _rating(severity: RatedSeverity) -> VulnerabilityRating:
    rating = severity.rating
    word = _SEVERITIES.get(rating) or VulnerabilitySeverity(rating.label)
    if severity.score is None:
        return VulnerabilityRating(severity=word)
    return VulnerabilityRating(
        severity=word,
        score=Decimal(str(severity.score)),
        method=_method(severity.vector),
        vector=severity.vector,
    )


def _method(vector: str) -> VulnerabilityScoreSource:
    for start, method in _METHODS.items():
        if vector.startswith(start):
            return method
    return VulnerabilityScoreSource.CVSS_V2
