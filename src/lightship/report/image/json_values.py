"""What both documents of JSON are made of: names, lines, findings, the gate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lightship.inspection.inspection import Blame, ImageFinding, Outcome
from lightship.inspection.secrets import hidden
from lightship.report.kit.json_stream import path_fields


def blame(found: Blame) -> dict[str, Any]:
    """What made a layer."""
    return {
        "path": found.path or None,
        "first": found.first or None,
        "last": found.last or None,
        "text": hidden(found.text),
        "confidence": str(found.confidence),
        "is_base": found.is_base,
        "stage": found.stage or None,
        "builder": found.builder or None,
    }


def finding(found: ImageFinding) -> dict[str, Any]:
    """A finding, its places with it."""
    return {
        "id": found.id,
        "group": str(found.group),
        "severity": found.severity.label,
        "message": found.message,
        "advice": found.advice or None,
        "saves": found.saves,
        "estimated": found.estimated or None,
        "rule": found.rule or None,
        "blame": blame(found.blame) | {"layer": found.blame.layer}
        if found.blame
        else None,
        "count": found.count,
        "places": [
            path_fields(place.path)
            | {
                "size": place.size,
                "layer": place.layer,
                "seen": place.seen,
                "note": place.note or None,
            }
            for place in found.places
        ],
    }


def gate(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """The limits; `passed` is null where there are none."""
    limits = [
        {
            "name": each.name,
            "limit": each.limit,
            "figure": each.figure,
            "passed": each.passed,
            "detail": list(each.detail),
        }
        for each in outcomes
    ]
    return {
        "passed": all(each["passed"] for each in limits) if limits else None,
        "limits": limits,
    }
