"""An image's limits and findings as JUnit's XML, a case each.

Limits fail as the gate does, findings never.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.inspection import phrases
from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import FindingPlace, ImageFinding, Inspection
from lightship.report.image import image_phrases
from lightship.report.image.formats import ImageView
from lightship.report.image.full_lists import sentence
from lightship.report.kit.gate_report import gate_suite
from lightship.report.kit.junit import JUnitCase, Suite, junit
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

_PLACES = 10  # files of a finding


def write_inspection(inspection: Inspection, _view: ImageView) -> Iterator[str]:
    """One suite with the limits and one with the findings."""
    name = inspection.contents.image.name
    classname = f"{escaped(name)}.advice"
    findings = inspection.findings
    cases = [_case(classname, finding) for finding in findings]
    if not cases:
        cases.append(JUnitCase(classname, "no findings"))
    advice = Suite(f"{escaped(name)} advice", cases)
    yield from junit((gate_suite(name, inspection.outcomes), advice))


def write_comparison(comparison: Comparison, _view: ImageView) -> Iterator[str]:
    """One suite with the limits, and one that tells whether the images are the same."""
    sides = (comparison.before, comparison.after)
    name = " and ".join(side.contents.image.name for side in sides)
    same = JUnitCase(
        f"{escaped(name)}.compare",
        "same",
        comparison.first_reason,
        "different",
        skipped=True,
    )
    compare = Suite(f"{escaped(name)} compare", [same])
    yield from junit((gate_suite(name, comparison.outcomes), compare))


def _case(classname: str, finding: ImageFinding) -> JUnitCase:
    """A finding never fails by itself: what is to fail is said with --deny, and is a limit."""
    line = phrases.line(finding.blame) if finding.blame else ""
    saves = image_phrases.savings(finding)
    places = map(_place, finding.places[:_PLACES])
    detail = "\n".join(filter(None, (line, saves, *places)))
    return JUnitCase(
        classname,
        finding.id,
        sentence(finding),
        finding.severity.label,
        detail,
        skipped=True,
    )


def _place(place: FindingPlace) -> str:
    return f"{image_phrases.path(place.path)} {size(place.size)}"
