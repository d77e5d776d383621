"""An image, or two, as JSON.

`inspection.schema.json` and `comparison.schema.json` beside this file describe it. Lists have one
object a line, so that they can be read by people and in pieces. Layers count from 0 here. A name
that is not UTF-8 has escapes such as `\\xff` in `path` or `link`, and its bytes, in base64, in
`path_raw` or `link_raw`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lightship.image.image import HistoryRow
from lightship.image.waste import Waste
from lightship.inspection.comparison import (
    ComparedFigure,
    Comparison,
    ConfigChange,
    PackageChange,
    PathChange,
)
from lightship.inspection.inspection import Duplicate, Inspection, Together
from lightship.inspection.secrets import hidden
from lightship.inspection.unowned_folders import UnownedFolder, unowned_folders
from lightship.report.image.formats import ImageView
from lightship.report.image.json_image import image_row, layer_row, side
from lightship.report.image.json_values import finding
from lightship.report.image.layer_figures import layer_figures
from lightship.report.kit.gate_report import gate_json
from lightship.report.kit.json_stream import json_object, path_fields, record_fields

if TYPE_CHECKING:
    from lightship.vulns.flaw_difference import FlawDifference
    from lightship.vulns.flaw_summary import FlawSummary

VERSION = 1


def write_inspection(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """An Inspection as the schema describes it."""
    contents = inspection.contents
    owners = inspection.owners
    yield from json_object(
        {
            "version": VERSION,
            "image": image_row(inspection),
            "layers": _layers(inspection, view),
            "history": map(_history, contents.image.history),
            "waste": map(_waste, contents.waste),
            "packages": map(record_fields, owners.packages),
            "unowned": owners.unowned,
            "unowned_folders": map(_folder, unowned_folders(inspection)),
            "findings": map(finding, inspection.findings),
            "together": _together(inspection.together),
            "duplicates": map(_duplicate, inspection.duplicates),
            "gate": gate_json(inspection.outcomes),
            "vulnerabilities": _flaws(view.flaws),
            "dockerfile": inspection.dockerfile or None,
            "notes": [*inspection.notes, *owners.notes],
        }
    )


def _flaws(flaws: FlawSummary | None) -> dict[str, Any] | None:
    if flaws is None:
        return None
    # With a copy of OSV alone
    from lightship.report.kit.flaw_rows import summary_row  # noqa: PLC0415

    return summary_row(flaws)


def _layers(inspection: Inspection, view: ImageView) -> Iterator[dict[str, Any]]:
    for figures in layer_figures(inspection):
        yield layer_row(inspection, figures.layer, view)


def _history(row: HistoryRow) -> dict[str, Any]:
    return record_fields(row) | {"created_by": hidden(row.created_by)}


def _waste(item: Waste) -> dict[str, Any]:
    return {
        **path_fields(item.path),
        "size": item.size,
        "layer": item.layer,
        "by": item.by,
        "reason": str(item.reason),
    }


def _folder(row: UnownedFolder) -> dict[str, Any]:
    return {
        **path_fields(row.path),
        "layer": row.layer,
        "size": row.size,
        "files": row.files,
        "rest": row.is_rest,
    }


def _together(total: Together) -> dict[str, int]:
    return {"saves": total.saves, "in_base": total.in_base}


def _duplicate(duplicate: Duplicate) -> dict[str, Any]:
    return {
        "size": duplicate.size,
        "extra": duplicate.extra,
        "paths": list(map(path_fields, duplicate.paths)),
    }


def write_comparison(comparison: Comparison, view: ImageView) -> Iterator[str]:
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
            "figures": {figure.name: _figure(figure) for figure in comparison.figures},
            "shared_layers": list(map(list, comparison.shared)),
            "config": map(_setting, comparison.config),
            "packages": map(_package, comparison.packages),
            "files": map(_file, comparison.files),
            "gate": gate_json(comparison.outcomes),
            "vulnerabilities": _flaw_change(view.flaw_change),
        }
    )


def _flaw_change(change: FlawDifference | None) -> dict[str, Any] | None:
    if change is None:
        return None
    # With a copy of OSV alone
    from lightship.report.kit.flaw_rows import change_row  # noqa: PLC0415

    return change_row(change)


def _figure(figure: ComparedFigure) -> dict[str, float | None]:
    values = {"before": figure.before, "after": figure.after, "grows": figure.grows}
    if figure.name != "efficiency":
        return values
    return {key: _rounded(value) for key, value in values.items()}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 6)


def _setting(setting: ConfigChange) -> dict[str, Any]:
    return {
        "name": setting.name,
        "difference": str(setting.difference),
        "before": setting.before,
        "after": setting.after,
    }


def _package(package: PackageChange) -> dict[str, Any]:
    return {
        "manager": package.manager,
        "name": package.name,
        "difference": str(package.difference),
        "before": list(package.before),
        "after": list(package.after),
        "old_size": package.old_size,
        "new_size": package.new_size,
    }


def _file(file: PathChange) -> dict[str, Any]:
    differs: list[str] = []
    if file.before and file.after:
        differs += file.differs.words

    old_size = file.old_size if file.before else None
    new_size = file.new_size if file.after else None
    return {
        **path_fields(file.path),
        "difference": str(file.difference),
        "differs": differs,
        "old_size": old_size,
        "new_size": new_size,
        "compared": file.compared,
    }
