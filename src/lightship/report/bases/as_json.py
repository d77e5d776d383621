"""Bases as JSON, as `bases.schema.json` beside this file describes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from lightship.base_images.lifetimes import Release
from lightship.bases.base_report import (
    Alternative,
    BaseReport,
    BuildBases,
    FoundBase,
    FromLine,
    Objection,
)
from lightship.report.kit.json_stream import json_object
from lightship.report.kit.view import View

VERSION = 1


def write_bases(report: BaseReport, _view: View) -> Iterator[str]:
    """A BaseReport as the schema describes it."""
    yield from json_object(
        {
            "version": VERSION,
            "day": report.day.isoformat(),
            "builds": (_build(build, report.day) for build in report.builds),
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


def _base(base: FoundBase, day: date) -> dict[str, Any]:
    return {
        "name": base.name,
        "final": base.is_final,
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
        "ends": item.ends.isoformat() if item.ends is not None else None,
        "releases": [_release(release, day) for release in item.releases],
        "from": list(map(_line, item.lines)),
        "objections": list(map(_objection, item.objections)),
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
