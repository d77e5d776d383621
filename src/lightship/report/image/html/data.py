"""What the page says of one image, as plain data for its script; all sizes are in bytes."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.image.owners import InstalledPackage
from lightship.image.waste import Waste
from lightship.inspection.config_settings import shown_settings
from lightship.inspection.inspection import (
    Blame,
    Duplicate,
    FindingPlace,
    ImageFinding,
    Inspection,
)
from lightship.inspection.phrases import ended, line, support
from lightship.inspection.secrets import hidden
from lightship.inspection.unowned_folders import UnownedFolder, unowned_folders
from lightship.report.image.html.views import lay_out
from lightship.report.image.image_phrases import system, together, user
from lightship.report.image.layer_figures import LayerFigures, layer_figures
from lightship.report.kit.html.data import Cells, Data, outcome_data, table
from lightship.report.kit.html.page_text import lines, path, shown
from lightship.report.kit.html.treemap import Content

ROWS = 5000  # of a table
_PLACES = 20  # of a finding
_DUPLICATES = 1000  # rows, which hold several paths each
_PATHS = 5  # of a duplicate
_DATE = 40  # characters
_INSTRUCTION = 300  # characters


def image_data(inspection: Inspection, views: Data) -> Data:
    """The figures, the layers and the trees."""
    contents = inspection.contents
    image = contents.image
    distribution, fixes = _distribution(inspection)
    figures = layer_figures(inspection)
    return {
        "name": shown(image.name),
        "digest": str(image.digest),
        "platform": shown(str(image.platform)),
        "created": shown(image.config.created, _DATE),
        "size": contents.size,
        "stored": contents.stored,
        "content": contents.content_bytes,
        "waste": contents.wasted_bytes,
        "efficiency": contents.efficiency,
        "user": shown(user(inspection)),
        "distribution": shown(distribution),
        "support": fixes,
        "layers": [_layer(inspection, layer) for layer in figures],
        "packages": [shown(package.name) for package in inspection.owners.packages],
        "views": views,
    }


def _distribution(inspection: Inspection) -> tuple[str, str]:
    """The distribution, and how long it has security fixes."""
    distribution = inspection.distribution
    if not distribution:
        return "", ""
    return system(distribution), support(distribution)


def _layer(inspection: Inspection, figures: LayerFigures) -> Data:
    """One layer: its figures, and what made it."""
    at = figures.layer
    contents = inspection.contents
    layer = contents.image.layers[at]
    scan = contents.stack.scans[at]
    is_known = at < len(inspection.blame)
    blame = inspection.blame[at] if is_known else Blame(at)
    size = figures.size if scan else None
    files = len(scan.paths) if scan else 0
    return {
        "size": size,
        "stored": figures.stored,
        "content": figures.content,
        "waste": figures.waste,
        "files": files,
        "absent": lines(layer.absent),
        "text": lines(hidden(blame.text)),
        "place": line(blame),
        "base": blame.is_base,
        "digest": str(layer.digest or layer.diff_id or ""),
    }


def inspection_data(inspection: Inspection) -> Data:
    """The page of an inspection."""
    views, largest = lay_out(inspection)
    findings = [_finding(finding) for finding in inspection.findings]
    outcomes = [outcome_data(outcome) for outcome in inspection.outcomes]
    notes = (*inspection.notes, *inspection.owners.notes)
    return {
        "kind": "inspection",
        "images": [image_data(inspection, views)],
        "findings": findings,
        "together": lines(together(inspection)),
        "outcomes": outcomes,
        "notes": list(map(lines, notes)),
        "config": _config(inspection),
        "unowned": inspection.owners.unowned,
        "folders": _folders(inspection),
        "files": _files(inspection, largest),
        "packages": _packages(inspection),
        "waste": _waste(inspection),
        "duplicates": _duplicates(inspection),
    }


def _config(inspection: Inspection) -> list[list[str]]:
    """The settings that are set; the user stands among the figures."""
    settings = shown_settings(inspection.contents.image.config)
    return [
        [shown(name), lines(value)]
        for name, value in settings.items()
        if value and name != "user"
    ]


def _files(inspection: Inspection, largest: Iterable[Content]) -> Data:
    seen = [content for content in largest if not content.wasted]
    rows = [_file(inspection, content) for content in seen[:ROWS]]
    return table(rows, _seen_files(inspection))


def _seen_files(inspection: Inspection) -> int:
    """How many contents are not waste."""
    contents = inspection.contents
    shipped = 0
    for scan in contents.stack.scans:
        if scan:
            shipped += sum(1 for size in scan.sizes if size)
    return shipped - len(contents.waste)


def _file(inspection: Inspection, content: Content) -> Cells:
    """What it is, whose, and by its layer the line that brought it."""
    package = _owner(inspection, content.layer, content.place)
    return [path(content.path), content.size, package, content.layer + 1]


def _owner(inspection: Inspection, layer: int, place: int) -> str:
    """The name of the package of an entry; empty where it belongs to none."""
    number = inspection.package(layer, place)
    if number is None:
        return ""
    return shown(inspection.owners.packages[number].name)


def _packages(inspection: Inspection) -> Data:
    packages = inspection.owners.packages
    largest = sorted(packages, key=lambda package: -package.size)
    return table(map(_package, largest[:ROWS]), len(packages))


def _folders(inspection: Inspection) -> Data:
    """What belongs to no package, by folder."""
    folders = unowned_folders(inspection)
    return table(map(_folder, folders[:ROWS]), len(folders))


def _folder(row: UnownedFolder) -> Cells:
    rest = "other files" if row.is_rest else ""
    return [path(row.path), row.size, row.files, row.layer + 1, rest]


def _package(package: InstalledPackage) -> Cells:
    return [
        package.manager,
        shown(package.name),
        shown(package.version),
        package.size,
        package.files,
        package.layer + 1,
        package.wasted,
    ]


def _waste(inspection: Inspection) -> Data:
    waste = inspection.contents.waste
    largest = sorted(waste, key=lambda item: -item.size)
    rows = [_wasted(inspection, item) for item in largest[:ROWS]]
    return table(rows, len(waste))


def _wasted(inspection: Inspection, item: Waste) -> Cells:
    package = _owner(inspection, item.layer, item.entry)
    reason = ended(item.reason, item.by)
    if item.by < len(inspection.blame) and line(inspection.blame[item.by]):
        reason += f", {line(inspection.blame[item.by])}"
    return [path(item.path), item.size, package, item.layer + 1, reason]


def _duplicates(inspection: Inspection) -> Data:
    duplicates = inspection.duplicates
    return table(map(_duplicate, duplicates[:_DUPLICATES]), len(duplicates))


def _duplicate(duplicate: Duplicate) -> Cells:
    paths = [path(name) for name in duplicate.paths[:_PATHS]]
    more = len(duplicate.paths) - _PATHS
    if more > 0:
        paths.append(f"… {more:,} more")
    return [
        "\n".join(paths),
        duplicate.size,
        len(duplicate.paths),
        duplicate.extra,
    ]


def _finding(finding: ImageFinding) -> Data:
    blame = finding.blame
    text = ""
    place = ""
    if blame:
        text = lines(hidden(blame.text), _INSTRUCTION)
        place = line(blame)

    places = finding.places[:_PLACES]
    return {
        "id": finding.id,
        "group": str(finding.group),
        "severity": finding.severity.label,
        "message": lines(finding.message),
        "saves": finding.saves,
        "inBase": finding.in_base,
        "estimated": lines(finding.estimated),
        "advice": lines(finding.advice),
        "rule": finding.rule,
        "place": place,
        "text": text,
        "count": finding.count,
        "places": list(map(_place, places)),
    }


def _place(place: FindingPlace) -> Cells:
    note = shown(place.note)
    return [path(place.path), place.size, place.layer + 1, place.seen, note]
