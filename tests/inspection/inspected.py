"""Inspections of hand-made images, from a few words."""

from __future__ import annotations

from datetime import date
from typing import Any

from images import opened

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.image.layer import Reading
from lightship.image.read_limits import Limits
from lightship.inspection.inspect_image import inspect
from lightship.inspection.inspection import ImageFinding, Inspection
from lightship.inspection.wanted import WANTED

TODAY = date(2026, 11, 26)
KB, MB = 1_000, 1_000_000


def inspected(
    *layers: bytes,
    dockerfile: str = "",
    ignore_paths: tuple[str, ...] = (),
    compression: str = "",
    **more: Any,
) -> Inspection:
    """An image of these layers, as `lightship inspect` sees it."""
    build = Build(parse(dockerfile)) if dockerfile else None
    return inspect(
        opened(*layers, compression=compression, **more),
        Reading(WANTED, Limits()),
        build=build,
        dockerfile="Dockerfile" if build else "",
        today=TODAY,
        ignore_paths=ignore_paths,
    )


def finding(found: Inspection, name: str) -> ImageFinding:
    """The only finding of that id."""
    (only,) = [each for each in found.findings if each.id == name]
    return only


def ids(found: Inspection) -> list[str]:
    """The ids of all findings, those of every hand-made image left out."""
    return [each.id for each in found.findings if each.id != "root-user"]
