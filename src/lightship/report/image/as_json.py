"""An image, or two, as JSON; `inspection.schema.json` and `comparison.schema.json` beside this file describe it.

Lists have one object a line, so that they can be read by people and in pieces. Layers count from 0 here. A name that is
no UTF-8 has `\\xff` and the like in `path` or `link`, and its bytes, in base64, in `path_raw` or `link_raw`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.inspection.comparison import (
    ComparedFigure,
    Comparison,
    ConfigChange,
    PackageChange,
    PathChange,
)
from lightship.inspection.inspection import Inspection
from lightship.inspection.secrets import hidden
from lightship.report.image.formats import ImageView
from lightship.report.image.json_image import image_row, layer_row, side
from lightship.report.image.json_values import finding, gate
from lightship.report.image.layer_figures import layer_figures
from lightship.report.kit.json_stream import json_object, path_fields, record_fields

VERSION = 1


def write_inspection(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """An Inspection as the schema describes it."""
    contents, owners = inspection.contents, inspection.owners
    yield from json_object(
        {
            "version": VERSION,
            "image": image_row(inspection),
            "layers": (
                layer_row(inspection, each.layer, view)
                for each in layer_figures(inspection)
            ),
            "history": (
                record_fields(row) | {"created_by": hidden(row.created_by)}
                for row in contents.image.history
            ),
            "waste": (
                path_fields(item.path)
                | {
                    "size": item.size,
                    "layer": item.layer,
                    "by": item.by,
                    "reason": str(item.reason),
                }
                for item in contents.waste
            ),
            "packages": (record_fields(each) for each in owners.packages),
            "unowned": owners.unowned,
            "findings": map(finding, inspection.findings),
            "duplicates": (
                {
                    "size": each.size,
                    "extra": each.extra,
                    "paths": [path_fields(path) for path in each.paths],
                }
                for each in inspection.duplicates
            ),
            "gate": gate(inspection.outcomes),
            "dockerfile": inspection.dockerfile or None,
            "notes": [*inspection.notes, *owners.notes],
        }
    )


def write_comparison(comparison: Comparison, _view: ImageView) -> Iterator[str]:
    """A Comparison as the schema describes it."""
    yield from json_object(
        {
            "version": VERSION,
            "same": comparison.same,
            "first_reason": comparison.first_reason or None,
            "semantic": comparison.semantic,
            "uncompared": comparison.uncompared,
            "before": side(comparison.before),
            "after": side(comparison.after),
            "figures": {each.name: _figure(each) for each in comparison.figures},
            "shared_layers": [list(pair) for pair in comparison.shared],
            "config": map(_setting, comparison.config),
            "packages": map(_package, comparison.packages),
            "files": map(_file, comparison.files),
            "gate": gate(comparison.outcomes),
        }
    )


def _figure(found: ComparedFigure) -> dict[str, Any]:
    digits = 6 if found.name == "efficiency" else None
    values = {"before": found.before, "after": found.after, "grows": found.grows}
    return {
        key: value if value is None or digits is None else round(value, digits)
        for key, value in values.items()
    }


def _setting(found: ConfigChange) -> dict[str, Any]:
    return {
        "name": found.name,
        "difference": str(found.difference),
        "before": found.before,
        "after": found.after,
    }


def _package(found: PackageChange) -> dict[str, Any]:
    return {
        "manager": found.manager,
        "name": found.name,
        "difference": str(found.difference),
        "before": list(found.before),
        "after": list(found.after),
        "old_size": found.old_size,
        "new_size": found.new_size,
    }


def _file(found: PathChange) -> dict[str, Any]:
    return path_fields(found.path) | {
        "difference": str(found.difference),
        "differs": list(found.differs.words) if found.before and found.after else [],
        "old_size": found.old_size if found.before else None,
        "new_size": found.new_size if found.after else None,
        "compared": found.compared,
    }
