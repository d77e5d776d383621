"""Bases as JSON, as `bases.schema.json` beside this file describes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from lightship.base_images.lifetimes import Release
from lightship.bases.base_report import (
    Alternative,
    BaseReport,
    BuildBases,
    FoundBase,
    FromLine,
    ImageBases,
    Objection,
)
from lightship.bases.image_measures import ImageMeasures
from lightship.bases.image_origin import ImageOrigin
from lightship.bases.proven_move import ProvenMove
from lightship.report.kit.json_stream import json_object
from lightship.report.kit.view import View
from lightship.vulns.flaw_summary import FlawSummary

VERSION = 1


def write_bases(report: BaseReport, _view: View) -> Iterator[str]:
    """A BaseReport as the schema describes it."""
    yield from json_object(
        {
            "version": VERSION,
            "day": report.day.isoformat(),
            "builds": (_build(build, report.day) for build in report.builds),
            "images": (_image(image, report.day) for image in report.images),
            "measured": _measured(report.measured),
            "unmeasured": _unmeasured(report.unmeasured),
            "problems": list(report.problems),
        }
    )


def _build(build: BuildBases, day: date) -> dict[str, Any]:
    return {
        "path": build.path,
        "build": build.build or None,
        "target": build.target,
        "bases": [_base(base, day) for base in build.bases],
    }


def _image(image: ImageBases, day: date) -> dict[str, Any]:
    return {
        "name": image.name,
        "origin": _origin(image.origin) if image.origin is not None else None,
        "bases": [_base(base, day) for base in image.bases],
    }


def _origin(origin: ImageOrigin) -> dict[str, Any]:
    witnesses = [{"name": item.name, "says": item.says} for item in origin.witnesses]
    return {
        "base": origin.base or None,
        "witnesses": witnesses,
        "layers": origin.layers,
        "size": origin.size,
        "total": origin.total,
        "built": _day(origin.base_built),
        "packages": origin.packages,
        "base_packages": origin.base_packages,
        "system": origin.system or None,
    }


def _measured(measured: Mapping[str, ImageMeasures]) -> Iterator[dict[str, Any]]:
    for name, image in measured.items():
        yield {
            "name": name,
            "place": image.place,
            "digest": image.digest,
            "platform": image.platform,
            "created": _day(image.created),
            "stored": image.stored,
            "size": image.size,
            "packages": image.packages,
            "vulnerabilities": _flaws(image.flaws),
        }


def _flaws(flaws: FlawSummary | None) -> dict[str, Any] | None:
    if flaws is None or flaws.report is None:
        return None
    found = [finding.vulnerability for finding in flaws.report.findings]
    ratings = Counter(flaw.severity.rating.label for flaw in found)
    return {
        "total": len(found),
        "fixed": sum(bool(flaw.fixed) for flaw in found),
        "exploited": sum(flaw.is_exploited for flaw in found),
        "ratings": dict(sorted(ratings.items())),
    }


def _unmeasured(reasons: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for name, why in reasons.items():
        yield {"name": name, "why": why}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _base(base: FoundBase, day: date) -> dict[str, Any]:
    return {
        "name": base.name,
        "final": base.is_final,
        "own": base.is_own,
        "kind": base.kind.value if base.kind is not None else None,
        "releases": [_release(release, day) for release in base.releases],
        "from": list(map(_line, base.lines)),
        "notes": list(base.notes),
        "alternatives": [_alternative(item, day) for item in base.alternatives],
    }


def _alternative(item: Alternative, day: date) -> dict[str, Any]:
    return {
        "name": item.name,
        "fit": item.fit.value,
        "kind": item.kind.value,
        "ends": _day(item.ends),
        "releases": [_release(release, day) for release in item.releases],
        "from": list(map(_line, item.lines)),
        "objections": list(map(_objection, item.objections)),
        "proof": _proof(item.proof) if item.proof is not None else None,
    }


def _proof(move: ProvenMove) -> dict[str, Any]:
    return {
        "verdict": move.verdict,
        "reasons": list(move.reasons),
        "size": move.size or None,
        "before": move.before or None,
        "start": move.start,
    }


def _release(release: Release, day: date) -> dict[str, Any]:
    return {
        "product": release.product,
        "version": release.version,
        "codename": release.codename or None,
        "ends": release.ends.isoformat(),
        "ended": release.has_ended(day),
    }


def _line(line: FromLine) -> dict[str, Any]:
    return {"line": line.line, "stage": line.stage or None, "text": line.text}


def _objection(objection: Objection) -> dict[str, Any]:
    return {
        "text": objection.text,
        "line": objection.line,
        "rule": objection.rule or None,
        "sure": objection.is_sure,
    }
