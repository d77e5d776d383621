"""An image's findings as SARIF 2.1.0, at the line of the Dockerfile where one is known.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import (
    Blame,
    FindingPlace,
    ImageFinding,
    Inspection,
)
from lightship.inspection.phrases import line_number
from lightship.outcome import Outcome
from lightship.report.image import image_phrases
from lightship.report.image.formats import ImageView
from lightship.report.image.full_lists import sentence
from lightship.report.kit.gate_report import gate_json
from lightship.report.kit.sarif import LEVELS, sarif
from lightship.wording.printable import escaped

_Result = dict[str, Any]
_PLACES = 10  # files of a finding


def write_inspection(inspection: Inspection, _view: ImageView) -> Iterator[str]:
    """Findings, then the limits that are broken; the whole gate is a property of the run."""
    image = inspection.contents.image
    where = inspection.dockerfile or image.name
    findings = inspection.findings
    results = [_finding(finding, where) for finding in findings]
    results += _broken(inspection.outcomes, where)
    total = inspection.together
    about = {
        "image": escaped(image.name),
        "digest": str(image.digest),
        "gate": gate_json(inspection.outcomes),
        "together": {"saves": total.saves, "inBase": total.in_base},
    }
    yield _log(results, about)


def write_comparison(comparison: Comparison, _view: ImageView) -> Iterator[str]:
    """The limits that are broken."""
    after = comparison.after.contents.image.name
    where = comparison.after.dockerfile or after
    about = {
        "before": escaped(comparison.before.contents.image.name),
        "after": escaped(after),
        "same": comparison.same,
        "firstReason": comparison.first_reason,
        "gate": gate_json(comparison.outcomes),
    }
    yield _log(_broken(comparison.outcomes, where), about)


def _log(results: list[_Result], about: dict[str, Any]) -> str:
    names = sorted({result["ruleId"] for result in results})
    for result in results:
        name = result["ruleId"]
        result["ruleIndex"] = names.index(name)
    rules = list(map(_rule, names))
    return sarif(rules, results, about)


def _rule(name: str) -> dict[str, Any]:
    words = name.replace("-", " ")
    return {"id": name, "shortDescription": {"text": words}}


def _result(name: str) -> _Result:
    """The start of a result; the place of its rule is known when all rules are."""
    return {"ruleId": name, "ruleIndex": -1}


def _finding(finding: ImageFinding, where: str) -> _Result:
    text = sentence(finding)
    saves = image_phrases.savings(finding)
    if saves:
        text += f" ({saves})"
    return _result(finding.id) | {
        "level": LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [_location(finding, where)],
        "properties": _properties(finding),
    }


def _properties(finding: ImageFinding) -> dict[str, Any]:
    properties: dict[str, Any] = {"group": str(finding.group)}
    if finding.saves is not None:
        properties["savesBytes"] = finding.saves
        properties["inBaseBytes"] = finding.in_base
        properties["estimatedFrom"] = finding.estimated or None
    if finding.rule:
        properties["lintRule"] = finding.rule
    return properties


def _location(finding: ImageFinding, where: str) -> dict[str, Any]:
    """The line in the Dockerfile, and the files in the image that it is about."""
    line = _line(finding.blame, where)
    location: dict[str, Any] = {"physicalLocation": line}
    if finding.places:
        location["logicalLocations"] = list(map(_inside, finding.places[:_PLACES]))
    return location


def _inside(place: FindingPlace) -> dict[str, str]:
    name = image_phrases.path(place.path)
    return {"fullyQualifiedName": name, "kind": "resource"}


def _line(blame: Blame | None, where: str) -> dict[str, Any]:
    is_known = blame is not None and blame.path and line_number(blame)
    if blame is None or not is_known:
        return _artifact(where)
    last = max(blame.last, blame.first)
    region = {"startLine": blame.first, "endLine": last}
    return {**_artifact(blame.path), "region": region}


def _artifact(path: str) -> dict[str, Any]:
    return {"artifactLocation": {"uri": _uri(path)}}


def _uri(path: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - only sarif needs it

    slashed = path.replace("\\", "/")
    return quote(slashed.encode("utf-8", "replace"), safe="/@")


def _broken(outcomes: Sequence[Outcome], where: str) -> list[_Result]:
    broken = [outcome for outcome in outcomes if not outcome.passed]
    return [_limit(outcome, where) for outcome in broken]


def _limit(outcome: Outcome, where: str) -> _Result:
    head = f"{outcome.name} {outcome.limit}: {outcome.figure}"
    text = "\n".join((head, *outcome.detail))
    return _result(outcome.name) | {
        "level": "error",
        "message": {"text": text},
        "locations": [{"physicalLocation": _artifact(where)}],
    }
