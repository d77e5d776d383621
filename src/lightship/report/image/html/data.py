"""What the page says of one image, as plain data for its script; all sizes are in bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lightship.inspection.config_settings import shown_settings
from lightship.inspection.inspection import (
    Blame,
    Duplicate,
    ImageFinding,
    Inspection,
    Outcome,
)
from lightship.inspection.phrases import ended, line, support
from lightship.inspection.secrets import hidden
from lightship.report.image.html.views import lay_out
from lightship.report.image.image_phrases import system, user
from lightship.report.image.layer_figures import LayerFigures, layer_figures
from lightship.report.kit.html.text import lines, path, shown
from lightship.report.kit.html.tree import Content

ROWS = 5000  # of a table
_PLACES = 20  # of a finding
_DUPLICATES = 1000  # rows, which hold several paths each
_PATHS = 5  # of a duplicate


def image_data(inspection: Inspection, views: dict[str, Any]) -> dict[str, Any]:
    """The figures, the layers and the trees."""
    contents = inspection.contents
    image = contents.image
    name, support = _distribution(inspection)
    return {
        "name": shown(image.name),
        "digest": str(image.digest),
        "platform": shown(str(image.platform)),
        "created": shown(image.config.created, 40),
        "size": contents.size,
        "stored": contents.stored,
        "content": contents.content_bytes,
        "waste": contents.wasted_bytes,
        "efficiency": contents.efficiency,
        "user": shown(user(inspection)),
        "distribution": shown(name),
        "support": support,
        "layers": _layers(inspection),
        "views": views,
    }


def _distribution(inspection: Inspection) -> tuple[str, str]:
    """The distribution, and how long it has security fixes."""
    found = inspection.distribution
    return (system(found), support(found)) if found else ("", "")


def _layers(inspection: Inspection) -> list[dict[str, Any]]:
    return [_layer(inspection, each) for each in layer_figures(inspection)]


def _layer(inspection: Inspection, figures: LayerFigures) -> dict[str, Any]:
    """One layer: its figures, and what made it."""
    at, contents = figures.layer, inspection.contents
    layer, scan = contents.image.layers[at], contents.stack.scans[at]
    blame = inspection.blame[at] if at < len(inspection.blame) else Blame(at)
    return {
        "size": figures.size if scan else None,
        "stored": figures.stored,
        "content": figures.content,
        "waste": figures.waste,
        "files": len(scan.paths) if scan else 0,
        "absent": lines(layer.absent),
        "text": lines(hidden(blame.text)),
        "place": line(blame),
        "base": blame.is_base,
        "digest": str(layer.digest or layer.diff_id or ""),
    }


def inspection_data(inspection: Inspection) -> dict[str, Any]:
    """The page of an inspection."""
    views, largest = lay_out(inspection)
    seen = [content for content in largest if not content.wasted]
    waste = sorted(inspection.contents.waste, key=lambda item: -item.size)
    packages = sorted(inspection.owners.packages, key=lambda package: -package.size)
    settings = shown_settings(inspection.contents.image.config)
    return {
        "kind": "inspection",
        "images": [image_data(inspection, views)],
        "findings": [_finding(each) for each in inspection.findings],
        "outcomes": [outcome_data(each) for each in inspection.outcomes],
        "notes": [
            lines(note) for note in (*inspection.notes, *inspection.owners.notes)
        ],
        "config": [
            [shown(name), lines(value)]
            for name, value in settings.items()
            if value and name != "user"
        ],
        "unowned": inspection.owners.unowned,
        "files": table(
            (_file(inspection, each) for each in seen[:ROWS]), _seen_files(inspection)
        ),
        "packages": table(
            (
                [
                    each.manager,
                    shown(each.name),
                    shown(each.version),
                    each.size,
                    each.files,
                    each.layer + 1,
                    each.wasted,
                ]
                for each in packages[:ROWS]
            ),
            len(packages),
        ),
        "waste": table(
            (
                [
                    path(each.path),
                    each.size,
                    each.layer + 1,
                    ended(each.reason, each.by),
                ]
                for each in waste[:ROWS]
            ),
            len(waste),
        ),
        "duplicates": table(
            map(_duplicate, inspection.duplicates[:_DUPLICATES]),
            len(inspection.duplicates),
        ),
    }


def table(rows: Iterable[list[Any]], total: int) -> dict[str, Any]:
    """The rows that the page holds, and how many there are in all."""
    return {"rows": list(rows), "total": total}


def _seen_files(inspection: Inspection) -> int:
    """How many contents are no waste."""
    contents = inspection.contents
    shipped = sum(
        1 for scan in contents.stack.scans if scan for size in scan.sizes if size
    )
    return shipped - len(contents.waste)


def _file(inspection: Inspection, content: Content) -> list[Any]:
    number = inspection.package(content.layer, content.place)
    package = "" if number is None else shown(inspection.owners.packages[number].name)
    return [path(content.path), content.size, content.layer + 1, package]


def _duplicate(each: Duplicate) -> list[Any]:
    paths = "\n".join(map(path, each.paths[:_PATHS]))
    more = len(each.paths) - _PATHS
    return [
        paths + (f"\n… {more:,} more" if more > 0 else ""),
        each.size,
        len(each.paths),
        each.extra,
    ]


def _finding(finding: ImageFinding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "group": str(finding.group),
        "severity": finding.severity.label,
        "message": lines(finding.message),
        "saves": finding.saves,
        "estimated": lines(finding.estimated),
        "advice": lines(finding.advice),
        "rule": finding.rule,
        "place": line(finding.blame) if finding.blame else "",
        "text": lines(hidden(finding.blame.text), 300) if finding.blame else "",
        "count": finding.count,
        "places": [
            [path(each.path), each.size, each.layer + 1, each.seen, shown(each.note)]
            for each in finding.places[:_PLACES]
        ],
    }


def outcome_data(outcome: Outcome) -> dict[str, Any]:
    """A limit of the gate, and how it went."""
    return {
        "name": outcome.name,
        "limit": shown(outcome.limit),
        "figure": shown(outcome.figure),
        "passed": outcome.passed,
        "detail": [shown(line) for line in outcome.detail],
    }
