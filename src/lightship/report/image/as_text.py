"""An image on one screen: its figures, layers, packages, waste, and what to do.

`ImageView.lists` asks for full lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.image.image import ImageConfig
from lightship.image.owners import InstalledPackage
from lightship.inspection import phrases
from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import Inspection
from lightship.inspection.unowned_folders import UnownedFolder, unowned_folders
from lightship.report.image import full_lists, image_phrases
from lightship.report.image.formats import ImageView
from lightship.report.image.layer_rows import LayerRow, layer_rows
from lightship.report.image.waste_groups import WasteGroup, waste_groups
from lightship.report.kit.bars import bar
from lightship.report.kit.gate_report import gate_text
from lightship.report.kit.paint import BOLD, DIM, GREEN, YELLOW, paint
from lightship.report.kit.rows import cut
from lightship.wording.counts import count
from lightship.wording.printable import escaped, shortened
from lightship.wording.shares import percent
from lightship.wording.sizes import size

_BAR = 16  # columns of the longest bar
_BEFORE = 8 + 8 + 2 + _BAR + 2 + 8 + 2  # columns before what made a layer
_LEAST = 20  # columns of a text
_PACKAGES, _WASTE, _FINDINGS = 5, 5, 6  # rows on the screen
_FOLDERS = 3  # rows of what belongs to no package
_ADVICE = 2  # rows of a finding's text on the screen


def write_inspection(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """The screen, or the lists in its place; then the gate, and what could not be read."""
    if view.lists:
        yield from full_lists.write(inspection, view)
    else:
        for part in (_head, _figures, _layers, _packages, _flaws, _waste, _advice):
            if rows := list(part(inspection, view)):
                yield "\n".join(rows) + "\n\n"
    yield from _foot(inspection, view)


def write_comparison(comparison: Comparison, view: ImageView) -> Iterator[str]:
    """The two images side by side."""
    from lightship.report.image import compared_text  # noqa: PLC0415 - only two images need it

    yield from compared_text.write(comparison, view)
    yield from gate_text(comparison.outcomes, view)


def _head(inspection: Inspection, view: ImageView) -> Iterator[str]:
    image = inspection.contents.image
    room = view.width // 2
    name = paint(image_phrases.name(image, room), BOLD, view)
    platform = escaped(str(image.platform))
    digest = paint(f"{image.digest.algorithm}:{image.digest.short}", DIM, view)
    yield f"{name}  {platform}  {digest}"

    distribution = image_phrases.distribution(inspection.distribution)
    user = f"user {image_phrases.user(inspection)}"
    start = _start(image.config)
    facts = " · ".join(filter(None, (distribution, user, start)))
    yield cut(facts, view.width, _LEAST)


def _start(config: ImageConfig) -> str:
    """What a container starts, where that is set."""
    words = " ".join((*config.entrypoint, *config.cmd))
    command = phrases.one_line(words)
    return f"starts {command}" if command else ""


def _figures(inspection: Inspection, view: ImageView) -> Iterator[str]:
    contents = inspection.contents
    stored = image_phrases.compressed(contents)
    content = f"content {size(contents.content_bytes)}"
    yield f"size    {size(contents.size)}, {stored}, {content}"

    waste = "none"
    colour = GREEN
    if contents.wasted_bytes:
        share = percent(1 - contents.efficiency)
        waste = f"{size(contents.wasted_bytes)} ({share} of the content)"
        colour = YELLOW
    efficiency = f"efficiency {percent(contents.efficiency)}"
    in_base = image_phrases.base_waste(inspection)
    facts = ", ".join(filter(None, (efficiency, in_base)))
    yield f"waste   {paint(waste, colour, view)}, {facts}"


def _layers(inspection: Inspection, view: ImageView) -> Iterator[str]:
    rows = layer_rows(inspection)
    largest = max((row.size for row in rows), default=0)
    yield paint(f"{'LAYERS':<8}{'size':>8}  {'':<{_BAR}}  {'waste':>8}", BOLD, view)
    for row in rows:
        yield _layer(row, largest, view)


def _layer(row: LayerRow, largest: int, view: ImageView) -> str:
    used, wasted = bar(row.size, largest, _BAR, row.waste)
    space = " " * (_BAR - len(used) - len(wasted))
    painted = paint(wasted, YELLOW, view)
    drawn = f"{used}{painted}{space}"

    amount = size(row.waste) if row.waste else ""
    waste = paint(f"{amount:>8}", YELLOW, view)
    text = cut(row.text, view.width - _BEFORE, _LEAST)
    head = f"{row.name:>6}  {size(row.size):>8}"
    return f"{head}  {drawn}  {waste}  {text}".rstrip()


def _packages(inspection: Inspection, view: ImageView) -> Iterator[str]:
    owners = inspection.owners
    if not owners.packages:
        return
    yield paint(f"LARGEST PACKAGES  of {len(owners.packages):,}", BOLD, view)
    for package in full_lists.largest_packages(inspection)[:_PACKAGES]:
        yield _package(inspection, package, view)
    if owners.unowned:
        rest = paint("belongs to no package", DIM, view)
        yield f"{'':>8}{size(owners.unowned):>8}  {rest}"
        for row in unowned_folders(inspection)[:_FOLDERS]:
            yield _folder(inspection, row, view)


def _folder(inspection: Inspection, row: UnownedFolder, view: ImageView) -> str:
    """What belongs to no package, below the sum of it."""
    layer = f"from {image_phrases.maker(inspection, row.layer)}"
    room = max(view.width - 30 - len(layer), _LEAST)
    place = shortened(image_phrases.folder(row), room)
    return f"{'':>8}{'':>8}  {size(row.size):>8}  {place}  {paint(layer, DIM, view)}"


def _package(inspection: Inspection, package: InstalledPackage, view: ImageView) -> str:
    layer = f"from {image_phrases.maker(inspection, package.layer)}"
    room = max(view.width - 28 - len(layer), _LEAST)
    name = escaped(f"{package.name} {package.version}", room)
    head = f"{'':>8}{size(package.size):>8}  {package.manager:<7}"
    return f"{head} {name}  {paint(layer, DIM, view)}"


def _flaws(_inspection: Inspection, view: ImageView) -> Iterator[str]:
    if view.flaws is None:
        return
    from lightship.report.kit.flaw_text import flaw_rows  # noqa: PLC0415 - with a copy of OSV

    yield from flaw_rows(view.flaws, view)


def _waste(inspection: Inspection, view: ImageView) -> Iterator[str]:
    groups = waste_groups(inspection.contents.waste)
    if not groups:
        return
    yield paint("WASTE  bytes that no one can read in the final image", BOLD, view)
    for group in groups[:_WASTE]:
        yield from _group(inspection, group, view)
    rest = groups[_WASTE:]
    if rest:
        total = size(sum(group.size for group in rest))
        more = paint(f"{len(rest)} more; --waste lists every path", DIM, view)
        yield f"{'':>8}{total:>8}  {more}"


def _group(inspection: Inspection, group: WasteGroup, view: ImageView) -> Iterator[str]:
    """A row; the causes on a second one where there is no room for them."""
    place = image_phrases.path(group.place)
    files = ""
    if group.is_directory:
        place = f"{place.rstrip('/')}/"
        files = f" ({count(group.files, 'file')})"
    causes = _causes(inspection, group)
    room = view.width - 18
    head = f"{'':>8}{size(group.size):>8}"

    is_short = len(place) + len(files) + 2 + len(causes) <= room
    causes = paint(causes, DIM, view)
    if is_short:
        yield f"{head}  {place}{files}  {causes}"
        return
    left = max(room - len(files), _LEAST)
    yield f"{head}  {shortened(place, left)}{files}"
    yield f"{'':>8}{'':>8}  {causes}"


def _causes(inspection: Inspection, group: WasteGroup) -> str:
    ender = image_phrases.maker(inspection, group.by)
    ended = f"{phrases.ENDED[group.reason]} {ender}"
    if group.layer == group.by:
        return ended
    writer = image_phrases.maker(inspection, group.layer)
    return f"written by {writer}, {ended}"


def _advice(inspection: Inspection, view: ImageView) -> Iterator[str]:
    findings = inspection.findings
    if not findings:
        return
    yield paint("ADVICE", BOLD, view)
    total = image_phrases.together(inspection)
    if total:
        yield f"  {total}"
    for finding in findings[:_FINDINGS]:
        yield from full_lists.advice(finding, view, _ADVICE)
    rest = len(findings) - _FINDINGS
    if rest > 0:
        more = paint(f"{rest} more; --advice lists all", DIM, view)
        yield f"  {more}"


def _foot(inspection: Inspection, view: ImageView) -> Iterator[str]:
    yield from gate_text(inspection.outcomes, view)
    for note in (*inspection.notes, *inspection.owners.notes):
        yield f"{paint('note', DIM, view)}: {escaped(note)}\n"
