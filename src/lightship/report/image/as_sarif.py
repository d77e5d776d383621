"""An image's findings as SARIF 2.1.0: at the Dockerfile's line where one is known, else at the path in the image.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import (
    Blame,
    Confidence,
    ImageFinding,
    Inspection,
    Outcome,
)
from lightship.report.image import image_phrases
from lightship.report.image.formats import ImageView
from lightship.report.image.full_lists import by_weight, sentence
from lightship.report.image.json_values import gate
from lightship.report.kit.sarif import LEVELS, sarif
from lightship.wording.printable import escaped
from lightship.wording.sizes import size


def write_inspection(inspection: Inspection, _view: ImageView) -> Iterator[str]:
    """Findings, then the limits that are broken; the whole gate is a property of the run."""
    image = inspection.contents.image
    where = inspection.dockerfile or image.name
    found = [
        (each.id, _finding(each, where)) for each in by_weight(inspection.findings)
    ]
    about = {
        "image": escaped(image.name),
        "digest": str(image.digest),
        "gate": gate(inspection.outcomes),
    }
    yield from _log([*found, *_broken(inspection.outcomes, where)], about)


def write_comparison(comparison: Comparison, _view: ImageView) -> Iterator[str]:
    """The limits that are broken."""
    names = [
        escaped(side.contents.image.name)
        for side in (comparison.before, comparison.after)
    ]
    where = comparison.after.dockerfile or comparison.after.contents.image.name
    about = {
        "before": names[0],
        "after": names[1],
        "same": comparison.same,
        "firstReason": comparison.first_reason,
    }
    about["gate"] = gate(comparison.outcomes)
    yield from _log(_broken(comparison.outcomes, where), about)


def _log(
    found: Sequence[tuple[str, dict[str, Any]]], about: dict[str, Any]
) -> Iterator[str]:
    names = sorted({name for name, _ in found})
    index = {name: at for at, name in enumerate(names)}
    results = [
        {"ruleId": name, "ruleIndex": index[name], **result} for name, result in found
    ]
    rules = [
        {"id": name, "shortDescription": {"text": name.replace("-", " ")}}
        for name in names
    ]
    yield sarif(rules, results, about)


def _finding(found: ImageFinding, where: str) -> dict[str, Any]:
    properties: dict[str, Any] = {"group": str(found.group)}
    if found.saves is not None:
        properties |= {
            "savesBytes": found.saves,
            "estimatedFrom": found.estimated or None,
        }
    if found.rule:
        properties["lintRule"] = found.rule
    saves = (
        f" (saves {'about ' if found.estimated else ''}{size(found.saves)})"
        if found.saves
        else ""
    )
    return {
        "level": LEVELS[found.severity],
        "message": {"text": f"{sentence(found)}{saves}"},
        "locations": [_location(found, where)],
        "properties": properties,
    }


def _location(found: ImageFinding, where: str) -> dict[str, Any]:
    """The line in the Dockerfile, and the files in the image that it is about."""
    inside = [
        {"fullyQualifiedName": image_phrases.path(place.path), "kind": "resource"}
        for place in found.places
    ]
    return {"physicalLocation": _line(found.blame, where)} | (
        {"logicalLocations": inside} if inside else {}
    )


def _line(blame: Blame | None, where: str) -> dict[str, Any]:
    if (
        blame is None
        or not blame.path
        or not blame.first
        or blame.confidence is Confidence.UNKNOWN
    ):
        return {"artifactLocation": {"uri": _uri(where)}}
    region = {"startLine": blame.first, "endLine": max(blame.last, blame.first)}
    return {"artifactLocation": {"uri": _uri(blame.path)}, "region": region}


def _uri(path: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - only sarif needs it

    return quote(path.replace("\\", "/").encode("utf-8", "replace"), safe="/@")


def _broken(
    outcomes: Sequence[Outcome], where: str
) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            each.name,
            {
                "level": "error",
                "message": {
                    "text": "\n".join(
                        (f"{each.name} {each.limit}: {each.figure}", *each.detail)
                    )
                },
                "locations": [
                    {"physicalLocation": {"artifactLocation": {"uri": _uri(where)}}}
                ],
            },
        )
        for each in outcomes
        if not each.passed
    ]
