"""Known vulnerabilities of the images of a proof: which each version has."""

from __future__ import annotations

from lightship.errors import DatabaseError
from lightship.flows.build_options import BuildOptions, config_of
from lightship.flows.vulns.image_flaws import flaws_of_inspection
from lightship.inspection.inspection import Inspection
from lightship.proof.measured import ShapeFlaw
from lightship.vulns.flaw_report import FlawReport
from lightship.wording.dates import day

_WHAT = "known vulnerabilities"


class ProofFlaws:
    """Looks images up in the user's copy of OSV; `note` says how old that is, or why it cannot.

    What the configuration of `folder` accepts is left out, of both versions alike.
    """

    def __init__(self, build: BuildOptions, folder: str) -> None:
        self._accepted = config_of(build, folder).ignore_vulnerability
        self.note = ""

    def __call__(self, inspection: Inspection) -> tuple[ShapeFlaw, ...] | None:
        """The vulnerabilities of an image, each once; None where the copy cannot be asked."""
        try:
            report = flaws_of_inspection(inspection, self._accepted)
        except DatabaseError as error:
            self.note = f"{_WHAT} are not shown: {error}"
            return None
        newest = f"its newest record of {day(report.age.newest)}"
        self.note = f"{_WHAT}: copy of OSV of {day(report.age.downloaded)}, {newest}"
        return shape_flaws(report)


def shape_flaws(report: FlawReport) -> tuple[ShapeFlaw, ...]:
    """Each vulnerability of a package once, in however many versions it is there."""
    found: dict[tuple[str, str], ShapeFlaw] = {}
    for finding in report.findings:
        flaw = finding.vulnerability
        name = finding.package.name
        rating = flaw.severity.rating.label
        found.setdefault((flaw.id, name), ShapeFlaw(flaw.id, name, rating))
    return tuple(found.values())
