"""The full lists of an image: layers, tree, packages, waste, duplicates, advice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lightship.image.owners import InstalledPackage
from lightship.image.waste import Waste
from lightship.inspection import phrases
from lightship.inspection.inspection import FindingPlace, ImageFinding, Inspection
from lightship.inspection.unowned_folders import unowned_folders
from lightship.report.image import image_phrases
from lightship.report.image.file_tree import tree
from lightship.report.image.formats import ImageView
from lightship.report.image.layer_figures import LayerFigures, layer_figures
from lightship.report.kit.paint import BOLD, DIM, GREEN, SEVERITIES, YELLOW, paint
from lightship.wording.counts import count
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

_NARROW = 60  # columns that texts are laid out for at least
_FOLDERS = 20  # rows of what belongs to no package
_PLACES = 10  # files of a finding
_INDENT = 10  # columns before what stands under a finding


def write(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """The lists that are wanted, in the order of LISTS."""
    for name, part in _LISTS.items():
        if name in view.lists:
            for row in part(inspection, view):
                yield f"{row}\n"
            yield "\n"


def _layers(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """Every row of the history, with its layer or none."""
    image = inspection.contents.image
    sizes = f"{'size':>8}  {'compressed':>10}  {'content':>8}  {'waste':>8}"
    yield paint(f"{'LAYERS':<8}{sizes}", BOLD, view)
    if not image.history_matches or not image.history:
        for figures in layer_figures(inspection):
            yield from _layer(inspection, figures, view)
        return

    for row in image.history:
        if row.layer is None:
            text = phrases.one_line(row.created_by) or "-"
            yield f"{'-':>6}{'':>44}{paint(text, DIM, view)}"
        else:
            figures = layer_figures(inspection)[row.layer]
            yield from _layer(inspection, figures, view)


def _layer(
    inspection: Inspection,
    figures: LayerFigures,
    view: ImageView,
) -> Iterator[str]:
    layer = inspection.contents.image.layers[figures.layer]
    stored = "" if figures.stored is None else size(figures.stored)
    sizes = f"{size(figures.size):>8}  {stored:>10}  {size(figures.content):>8}"
    waste = _waste_column(figures.waste, view)
    maker = image_phrases.made_by(inspection.blame[figures.layer])
    yield f"{figures.layer + 1:>6}  {sizes}  {waste}  {maker}"

    about = _entries(figures)
    if layer.absent:
        about = f"absent: {escaped(layer.absent)}"
    digest = str(layer.diff_id or layer.digest or "")
    facts = "  ".join(filter(None, (about, digest)))
    yield f"{'':>50}{paint(facts, DIM, view)}"


def _entries(figures: LayerFigures) -> str:
    added = f"{figures.added:,} added"
    changed = f"{figures.changed:,} changed"
    removed = f"{figures.removed:,} removed"
    return f"{added}, {changed}, {removed}"


def _waste_column(wasted: int, view: ImageView) -> str:
    text = size(wasted) if wasted else ""
    return paint(f"{text:>8}", YELLOW, view)


def _tree(inspection: Inspection, view: ImageView) -> Iterator[str]:
    rows = tree(inspection.contents, view.tree)
    head = next(rows)  # an error, where there is no such path
    yield paint(f"TREE  {image_phrases.path(view.tree)}", BOLD, view)
    yield head
    yield from rows


def _packages(inspection: Inspection, view: ImageView) -> Iterator[str]:
    columns = f"{'size':>8}  {'waste':>8}  {'files':>7}  {'layer':>5}"
    yield paint(f"{'PACKAGES':<8}{columns}", BOLD, view)
    for package in largest_packages(inspection):
        yield _package(package, view)
    yield f"{size(inspection.owners.unowned):>16}  {'':>24}  belongs to no package"
    yield from _unowned(inspection, view)


def _unowned(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """What belongs to no package, by folder."""
    folders = unowned_folders(inspection)
    if folders:
        yield ""
        yield paint("BELONGS TO NO PACKAGE", BOLD, view)
    for row in folders[:_FOLDERS]:
        maker = image_phrases.maker(inspection, row.layer)
        layer = paint(f"from {maker}", DIM, view)
        yield f"{size(row.size):>16}  {image_phrases.folder(row)}  {layer}"
    rest = folders[_FOLDERS:]
    if rest:
        total = sum(row.size for row in rest)
        yield f"{size(total):>16}  {count(len(rest), 'more folder')}"


def largest_packages(inspection: Inspection) -> list[InstalledPackage]:
    """All packages, the largest first."""
    return sorted(inspection.owners.packages, key=_package_order)


def _package_order(package: InstalledPackage) -> tuple[int, str, str, str]:
    return -package.size, package.manager, package.name, package.version


def _package(package: InstalledPackage, view: ImageView) -> str:
    waste = _waste_column(package.wasted, view)
    name = f"{escaped(package.name)} {escaped(package.version)}"
    counts = f"{package.files:>7,}  {package.layer + 1:>5}"
    return f"{size(package.size):>16}  {waste}  {counts}  {package.manager:<7} {name}"


def _waste(inspection: Inspection, view: ImageView) -> Iterator[str]:
    waste = sorted(inspection.contents.waste, key=_waste_order)
    total = size(inspection.contents.wasted_bytes)
    files = count(len(waste), "file")
    yield paint(f"WASTE  {total} in {files}", BOLD, view)
    for item in waste:
        cause = paint(_cause(inspection, item), DIM, view)
        yield f"{size(item.size):>8}  {image_phrases.path(item.path)}  {cause}"


def _waste_order(item: Waste) -> tuple[int, bytes, int, int]:
    return -item.size, item.path, item.layer, item.entry


def _cause(inspection: Inspection, item: Waste) -> str:
    writer = image_phrases.maker(inspection, item.layer)
    ender = image_phrases.maker(inspection, item.by)
    return f"written by {writer}, {phrases.ENDED[item.reason]} {ender}"


def _duplicates(inspection: Inspection, view: ImageView) -> Iterator[str]:
    extra = sum(duplicate.extra for duplicate in inspection.duplicates)
    yield paint(f"DUPLICATES  {size(extra)} in extra copies", BOLD, view)
    for duplicate in inspection.duplicates:
        files = f"{len(duplicate.paths)} files of {size(duplicate.size)}"
        yield f"{size(duplicate.extra):>8}  {files}"
        for path in duplicate.paths:
            yield f"{'':>10}{image_phrases.path(path)}"


def _advice(inspection: Inspection, view: ImageView) -> Iterator[str]:
    yield paint(f"ADVICE  {count(len(inspection.findings), 'finding')}", BOLD, view)
    total = image_phrases.together(inspection)
    if total:
        yield f"  {total}"
    for finding in inspection.findings:
        yield from advice(finding, view)
        yield from _places(finding, view)


def _places(finding: ImageFinding, view: ImageView) -> Iterator[str]:
    """The files of a finding; the largest, unless the view wants all."""
    places: Sequence[FindingPlace] = finding.places
    if not view.all_places:
        places = places[:_PLACES]
    for place in places:
        yield _place(place, view)

    rest = max(finding.count, len(finding.places)) - len(places)
    if rest > 0 and places:
        how = "" if view.all_places else "; --all-places lists them"
        more = paint(f"and {rest:,} more{how}", DIM, view)
        yield f"{'':>{_INDENT}}{'':>8}  {more}"


def _place(place: FindingPlace, view: ImageView) -> str:
    note = escaped(place.note)
    if not place.seen:
        note += f", not in the final image, but in layer {place.layer + 1}"
    note = paint(note.lstrip(", "), DIM, view)
    path = image_phrases.path(place.path)
    return f"{'':>{_INDENT}}{size(place.size):>8}  {path}  {note}".rstrip()


def advice(finding: ImageFinding, view: ImageView, most: int = 0) -> Iterator[str]:
    """A finding: what it is, what it saves and where; below that what to do.

    `most` is how many rows that may take, 0 for all that it needs.
    """
    level = paint(f"{finding.severity.label:<7}", SEVERITIES[finding.severity], view)
    yield f"  {level} {_advice_head(finding, view, is_short=most > 0)}"

    rows = _wrapped(sentence(finding), view.width - _INDENT)
    if 0 < most < len(rows):
        room = view.width - _INDENT - 2  # with the dots after it
        last = rows[most - 1][:room]
        rows = [*rows[: most - 1], f"{last} …"]
    for row in rows:
        yield f"{'':>{_INDENT}}{row}"


def _advice_head(finding: ImageFinding, view: ImageView, *, is_short: bool) -> str:
    """Id, savings, line and rule; a short head without the rule where it does not fit."""
    saves = image_phrases.savings(finding)
    where = phrases.line(finding.blame) if finding.blame else ""
    rule = f"lint: {finding.rule}"
    if finding.rule in ("", finding.id):
        rule = ""
    parts = [part for part in (finding.id, saves, where, rule) if part]
    columns = len("  ".join(parts)) + _INDENT
    if is_short and rule and columns > view.width:
        parts.remove(rule)

    colours = {finding.id: BOLD, saves: GREEN, rule: DIM}
    painted = [paint(part, colours.get(part, ""), view) for part in parts]
    return "  ".join(painted)


def sentence(finding: ImageFinding) -> str:
    """What a finding says, and what to do."""
    message = escaped(finding.message).rstrip(".")
    return ". ".join(filter(None, (message, escaped(finding.advice))))


def _wrapped(text: str, width: int) -> list[str]:
    from textwrap import wrap  # noqa: PLC0415 - 1 ms that only text with advice needs

    return wrap(text, max(width, _NARROW), break_on_hyphens=False)


_LISTS: dict[str, Callable[[Inspection, ImageView], Iterator[str]]] = {
    "layers": _layers,
    "tree": _tree,
    "packages": _packages,
    "waste": _waste,
    "duplicates": _duplicates,
    "advice": _advice,
}
