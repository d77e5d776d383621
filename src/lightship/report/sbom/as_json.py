"""A bill of materials as JSON, as `bill.schema.json` beside this file describes it.

Layers count from 0 here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.image.databases.package_lists import PackageFacts
from lightship.inspection import phrases
from lightship.report.kit.json_stream import json_object, path_fields, record_fields
from lightship.report.sbom.sbom_formats import BillView
from lightship.sbom.bill import NO_LAYER, Bill, Component
from lightship.sbom.licences import Licence

VERSION = 1


def write_bill(bill: Bill, _view: BillView) -> Iterator[str]:
    """A Bill as the schema describes it."""
    yield from json_object(
        {
            "version": VERSION,
            "image": _image(bill),
            "directory": bill.directory or None,
            "packages": (
                _package(bill, place, component)
                for place, component in enumerate(bill.components)
            ),
            "attestations": list(map(record_fields, bill.attested)),
            "notes": list(bill.notes),
        }
    )


def _image(bill: Bill) -> dict[str, str] | None:
    if bill.image is None:
        return None
    return {"name": bill.image.name, "digest": bill.version}


def _package(bill: Bill, place: int, component: Component) -> dict[str, Any]:
    blame = component.blame
    has_layer = component.layer != NO_LAYER
    return {
        "type": component.manager,
        "name": component.name,
        "version": component.version,
        "purl": component.purl or None,
        "architecture": component.facts.architecture or None,
        "source": _source(component.facts),
        "licenses": list(map(_licence, component.licences)),
        "needs": list(bill.needs[place]) if bill.needs else [],
        "layer": component.layer if has_layer else None,
        "diff_id": bill.diff_id(component) or None,
        "line": phrases.line(blame) or None,
        "instruction": phrases.instruction(blame) or None,
        "base": blame.is_base if has_layer else None,
        "paths": [path_fields(path, slash=has_layer) for path in component.paths],
    }


def _source(facts: PackageFacts) -> dict[str, str] | None:
    if not facts.source:
        return None
    return {"name": facts.source, "version": facts.source_version}


def _licence(licence: Licence) -> dict[str, str]:
    return {"expression" if licence.is_spdx else "name": licence.text}
