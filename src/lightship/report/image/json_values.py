"""What both documents of JSON are made of: names, lines, findings."""

from __future__ import annotations

from typing import Any

from lightship.inspection.inspection import Blame, FindingPlace, ImageFinding
from lightship.inspection.secrets import hidden
from lightship.report.kit.json_stream import InPieces, path_fields


def blame(maker: Blame) -> dict[str, Any]:
    """What made a layer."""
    return {
        "path": maker.path or None,
        "first": maker.first or None,
        "last": maker.last or None,
        "text": hidden(maker.text),
        "confidence": str(maker.confidence),
        "is_base": maker.is_base,
        "stage": maker.stage or None,
        "builder": maker.builder or None,
    }


def finding(item: ImageFinding) -> InPieces:
    """A finding; of places there may be a hundred thousand."""
    return InPieces(
        {
            "id": item.id,
            "group": str(item.group),
            "severity": item.severity.label,
            "message": item.message,
            "advice": item.advice or None,
            "saves": item.saves,
            "in_base": item.in_base,
            "estimated": item.estimated or None,
            "rule": item.rule or None,
            "blame": _layer_blame(item.blame),
            "count": item.count,
            "places": map(_place, item.places),
        }
    )


def _layer_blame(maker: Blame | None) -> dict[str, Any] | None:
    if maker is None:
        return None
    return {**blame(maker), "layer": maker.layer}


def _place(place: FindingPlace) -> dict[str, Any]:
    return {
        **path_fields(place.path),
        "size": place.size,
        "layer": place.layer,
        "seen": place.seen,
        "note": place.note or None,
    }
