"""The full lists of an image: layers, tree, packages, waste, duplicates, advice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lightship.inspection import phrases
from lightship.inspection.inspection import ImageFinding, Inspection
from lightship.inspection.subjects import NAMED
from lightship.report.image import image_phrases
from lightship.report.image.file_tree import tree
from lightship.report.image.formats import ImageView
from lightship.report.image.layer_figures import layer_figures
from lightship.report.kit.paint import BOLD, DIM, GREEN, SEVERITIES, YELLOW, paint
from lightship.wording.counts import count
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

_NARROW = 60  # columns that texts are laid out for at least


def write(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """The lists that are wanted, in the order of LISTS."""
    for name, part in _LISTS.items():
        if name in view.lists:
            yield from (f"{row}\n" for row in part(inspection, view))
            yield "\n"


def _layers(inspection: Inspection, view: ImageView) -> Iterator[str]:
    """Every row of the history, with its layer or none."""
    image = inspection.contents.image
    yield paint(
        f"{'LAYERS':<8}{'size':>8}  {'compressed':>10}  {'content':>8}  {'waste':>8}",
        BOLD,
        view,
    )
    figures = layer_figures(inspection)
    if not image.history_matches or not image.history:
        for each in figures:
            yield from _layer(inspection, each.layer, view)
        return
    for row in image.history:
        if row.layer is not None:
            yield from _layer(inspection, row.layer, view)
        else:
            text = phrases.one_line(row.created_by) or "-"
            yield f"{'-':>6}{'':>44}{paint(text, DIM, view)}"


def _layer(inspection: Inspection, layer: int, view: ImageView) -> Iterator[str]:
    each = layer_figures(inspection)[layer]
    about = inspection.contents.image.layers[layer]
    stored = "" if each.stored is None else size(each.stored)
    columns = f"{size(each.size):>8}  {stored:>10}  {size(each.content):>8}"
    waste = paint(f"{size(each.waste) if each.waste else '':>8}", YELLOW, view)
    yield f"{layer + 1:>6}  {columns}  {waste}  {image_phrases.made_by(inspection.blame[layer])}"
    counts = f"{each.added:,} added, {each.changed:,} changed, {each.removed:,} removed"
    facts = [
        counts if not about.absent else f"absent: {escaped(about.absent)}",
        str(about.diff_id or about.digest or ""),
    ]
    yield f"{'':>50}{paint('  '.join(filter(None, facts)), DIM, view)}"


def _tree(inspection: Inspection, view: ImageView) -> Iterator[str]:
    rows = tree(inspection.contents, view.tree)
    head = next(rows)  # an error, where there is no such path
    yield paint(f"TREE  {image_phrases.path(view.tree)}", BOLD, view)
    yield head
    yield from rows


def _packages(inspection: Inspection, view: ImageView) -> Iterator[str]:
    packages = sorted(
        inspection.owners.packages,
        key=lambda each: (-each.size, each.manager, each.name, each.version),
    )
    yield paint(
        f"{'PACKAGES':<8}{'size':>8}  {'waste':>8}  {'files':>7}  {'layer':>5}",
        BOLD,
        view,
    )
    for each in packages:
        waste = paint(f"{size(each.wasted) if each.wasted else '':>8}", YELLOW, view)
        name = f"{each.manager:<7} {escaped(each.name)} {escaped(each.version)}"
        yield f"{size(each.size):>16}  {waste}  {each.files:>7,}  {each.layer + 1:>5}  {name}"
    yield f"{size(inspection.owners.unowned):>16}  {'':>24}  belongs to no package"


def _waste(inspection: Inspection, view: ImageView) -> Iterator[str]:
    waste = sorted(
        inspection.contents.waste,
        key=lambda each: (-each.size, each.path, each.layer, each.entry),
    )
    total = size(inspection.contents.wasted_bytes)
    yield paint(f"WASTE  {total} in {count(len(waste), 'file')}", BOLD, view)
    for each in waste:
        causes = f"written by {image_phrases.maker(inspection, each.layer)}, {phrases.ENDED[each.reason]}"
        by = image_phrases.maker(inspection, each.by)
        yield f"{size(each.size):>8}  {image_phrases.path(each.path)}  {paint(f'{causes} {by}', DIM, view)}"


def _duplicates(inspection: Inspection, view: ImageView) -> Iterator[str]:
    extra = sum(each.extra for each in inspection.duplicates)
    yield paint(f"DUPLICATES  {size(extra)} beside one copy of each", BOLD, view)
    for each in inspection.duplicates:
        yield f"{size(each.extra):>8}  {len(each.paths)} files of {size(each.size)}"
        yield from (f"{'':>10}{image_phrases.path(path)}" for path in each.paths)


def _advice(inspection: Inspection, view: ImageView) -> Iterator[str]:
    yield paint(f"ADVICE  {count(len(inspection.findings), 'finding')}", BOLD, view)
    for finding in by_weight(inspection.findings):
        yield from advice(finding, view)
        for place in finding.places:
            gone = (
                ""
                if place.seen
                else f", not in the final image, but in layer {place.layer + 1}"
            )
            note = f"{escaped(place.note)}{gone}".lstrip(", ")
            yield f"          {size(place.size):>8}  {image_phrases.path(place.path)}  {paint(note, DIM, view)}".rstrip()
        if (rest := finding.count - len(finding.places)) > 0 and finding.places:
            yield f"          {'':>8}  {paint(f'and {rest:,} more', DIM, view)}"


def by_weight(findings: Iterable[ImageFinding]) -> list[ImageFinding]:
    """Findings, the most severe first, of those files of secrets, then the ones that save most."""
    return sorted(
        findings,
        key=lambda each: (
            -each.severity,
            each.id != NAMED,
            -(each.saves or 0),
            each.id,
        ),
    )


def advice(finding: ImageFinding, view: ImageView, most: int = 0) -> Iterator[str]:
    """A finding: what it is, what it saves and where; below that, in at most `most` rows, what to do."""
    where = phrases.line(finding.blame) if finding.blame else ""
    saves = (
        f"saves {'about ' if finding.estimated else ''}{size(finding.saves)}"
        if finding.saves
        else ""
    )
    rule = (
        f"lint: {finding.rule}" if finding.rule and finding.rule != finding.id else ""
    )
    parts = [finding.id, *filter(None, (saves, where, rule))]
    if most and rule and len("  ".join(parts)) + 10 > view.width:
        parts.remove(rule)
    codes = {finding.id: BOLD, saves: GREEN, rule: DIM}
    head = "  ".join(
        paint(part, codes[part], view) if part in codes else part for part in parts
    )
    yield f"  {paint(f'{finding.severity.label:<7}', SEVERITIES[finding.severity], view)} {head}"
    rows = _wrapped(sentence(finding), view.width - 10)
    cut = (
        [*rows[: most - 1], f"{rows[most - 1][: view.width - 12]} …"]
        if 0 < most < len(rows)
        else rows
    )
    yield from (f"{'':>10}{row}" for row in cut)


def sentence(finding: ImageFinding) -> str:
    """What a finding says, and what to do."""
    return ". ".join(
        filter(None, (escaped(finding.message).rstrip("."), escaped(finding.advice)))
    )


def _wrapped(text: str, width: int) -> Sequence[str]:
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
