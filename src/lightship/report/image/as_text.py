"""An image on one screen: its figures, layers, packages, waste, and what to do; `View.lists` asks for full lists."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.inspection import phrases
from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import Inspection
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
_ADVICE = 2  # rows of a finding's text on the screen


def write_inspection(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """The screen, or the lists in its place; the gate and what could not be read stand at the end of both."""
    if view.lists:
        yield from full_lists.write(inspection, view)
    else:
        for part in (_head, _figures, _layers, _packages, _waste, _advice):
            if rows := list(part(inspection, view)):
                yield "\n".join(rows) + "\n\n"
    yield from _foot(inspection, view)


def write_comparison(comparison: Comparison, view: ImageView) -> Iterator[str]:
    """The two images side by side."""
    from lightship.report.image import compared_text  # noqa: PLC0415 - one image alone needs it not

    yield from compared_text.write(comparison, view)
    yield from gate_text(comparison.outcomes, view)


def _head(inspection: Inspection, view: ImageView) -> Iterator[str]:
    image = inspection.contents.image
    name = image_phrases.name(image, view.width // 2)
    digest = paint(f"{image.digest.algorithm}:{image.digest.short}", DIM, view)
    yield f"{paint(name, BOLD, view)}  {escaped(str(image.platform))}  {digest}"
    config = image.config
    start = phrases.one_line(" ".join((*config.entrypoint, *config.cmd)))
    facts = [
        image_phrases.distribution(inspection.distribution),
        f"user {image_phrases.user(inspection)}",
    ]
    text = " · ".join(filter(None, (*facts, f"starts {start}" if start else "")))
    yield cut(text, view.width, _LEAST)


def _figures(inspection: Inspection, view: ImageView) -> Iterator[str]:
    contents = inspection.contents
    wasted = contents.wasted_bytes
    share = percent(1 - contents.efficiency)
    waste = f"{size(wasted)} ({share} of the content)" if wasted else "none"
    stored = image_phrases.compressed(contents)
    yield f"size    {size(contents.size)}, {stored}, content {size(contents.content_bytes)}"
    yield f"waste   {paint(waste, YELLOW if wasted else GREEN, view)}, efficiency {percent(contents.efficiency)}"


def _layers(inspection: Inspection, view: ImageView) -> Iterator[str]:
    rows = layer_rows(inspection)
    largest = max((row.size for row in rows), default=0)
    yield paint(f"{'LAYERS':<8}{'size':>8}  {'':<{_BAR}}  {'waste':>8}", BOLD, view)
    for row in rows:
        yield _layer(row, largest, view)


def _layer(row: LayerRow, largest: int, view: ImageView) -> str:
    used, wasted = bar(row.size, largest, _BAR, row.waste)
    drawn = (
        f"{used}{paint(wasted, YELLOW, view)}{' ' * (_BAR - len(used) - len(wasted))}"
    )
    waste = f"{size(row.waste) if row.waste else '':>8}"
    text = cut(row.text, view.width - _BEFORE, _LEAST)
    return f"{row.name:>6}  {size(row.size):>8}  {drawn}  {paint(waste, YELLOW, view)}  {text}".rstrip()


def _packages(inspection: Inspection, view: ImageView) -> Iterator[str]:
    owners = inspection.owners
    if not owners.packages:
        return
    largest = sorted(
        owners.packages, key=lambda each: (-each.size, each.manager, each.name)
    )[:_PACKAGES]
    yield paint(f"LARGEST PACKAGES  of {len(owners.packages):,}", BOLD, view)
    for package in largest:
        by = f"from {image_phrases.maker(inspection, package.layer)}"
        name = escaped(
            f"{package.name} {package.version}", max(view.width - 28 - len(by), 20)
        )
        yield f"        {size(package.size):>8}  {package.manager:<7} {name}  {paint(by, DIM, view)}"
    if owners.unowned:
        yield f"        {size(owners.unowned):>8}  {paint('belongs to no package', DIM, view)}"


def _waste(inspection: Inspection, view: ImageView) -> Iterator[str]:
    groups = waste_groups(inspection.contents.waste)
    if not groups:
        return
    yield paint("WASTE  bytes that no one can read in the final image", BOLD, view)
    for group in groups[:_WASTE]:
        yield from _group(inspection, group, view)
    if rest := groups[_WASTE:]:
        total = size(sum(each.size for each in rest))
        yield f"        {total:>8}  {paint(f'{len(rest)} more; --waste lists every path', DIM, view)}"


def _group(inspection: Inspection, group: WasteGroup, view: ImageView) -> Iterator[str]:
    place = image_phrases.path(group.place)
    files = ""
    if group.is_directory:
        place, files = f"{place.rstrip('/')}/", f" ({count(group.files, 'file')})"
    by = image_phrases.maker(inspection, group.by)
    causes = f"written by {image_phrases.maker(inspection, group.layer)}, {phrases.ENDED[group.reason]} {by}"
    if group.layer == group.by:
        causes = f"{phrases.ENDED[group.reason]} {by}"
    room = view.width - 18
    one = f"{place}{files}  {causes}"
    if len(one) <= room:
        yield f"        {size(group.size):>8}  {place}{files}  {paint(causes, DIM, view)}"
    else:
        yield f"        {size(group.size):>8}  {shortened(place, max(room - len(files), 20))}{files}"
        yield f"        {'':>8}  {paint(causes, DIM, view)}"


def _advice(inspection: Inspection, view: ImageView) -> Iterator[str]:
    findings = full_lists.by_weight(inspection.findings)
    if not findings:
        return
    yield paint("ADVICE", BOLD, view)
    for finding in findings[:_FINDINGS]:
        yield from full_lists.advice(finding, view, _ADVICE)
    if (rest := len(findings) - _FINDINGS) > 0:
        yield f"  {paint(f'{rest} more; --advice lists all', DIM, view)}"


def _foot(inspection: Inspection, view: ImageView) -> Iterator[str]:
    yield from gate_text(inspection.outcomes, view)
    for note in (*inspection.notes, *inspection.owners.notes):
        yield f"{paint('note', DIM, view)}: {escaped(note)}\n"
