"""What is known of the row under the cursor of a list, and of the image.

All are rich's Text, made of words that went through `escaped`: nothing in them is markup.
"""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from lightship.image.digest import Digest
from lightship.image.owners import InstalledPackage
from lightship.image.waste import Waste
from lightship.inspection.inspection import FindingPlace, ImageFinding
from lightship.inspection.phrases import one_line, support
from lightship.tui.entry_history import waste_words
from lightship.tui.fitting import in_cells, wrapped
from lightship.tui.makers import (
    SHOWN,
    full_place,
    line_and_instruction,
    made_by,
    package_name,
)
from lightship.tui.node_index import Index, Wasted
from lightship.tui.tree_text import WASTE
from lightship.tui.viewer_model import ViewerModel
from lightship.wording.counts import count
from lightship.wording.printable import escaped
from lightship.wording.shares import percent
from lightship.wording.sizes import size

_LARGEST = 10  # paths with waste
_PLACES = 100  # files of a finding


def _fields(fields: list[tuple[str, str]], width: int) -> Text:
    """Names and values; what does not fit into a line goes on below its value."""
    cells = max(len(name) for name, _ in fields) + 2
    text = Text()
    for name, value in fields:
        text.append(f"{name + ':':<{cells}}", "bold")
        lines = wrapped(value, width - cells)
        text.append(f"\n{' ' * cells}".join(lines) + "\n")
    text.rstrip()
    return text


def layer_details(model: ViewerModel, layer: int, width: int) -> Text:
    """Of the layer under the cursor."""
    contents = model.contents
    assert contents is not None
    blame = model.blame(layer)
    about = contents.image.layers[layer]
    fields = [("Made by", made_by(contents, layer, blame))]
    if where := full_place(blame) if blame else "":
        fields.append(("Line", where))

    fields.append(("Digest", _short(about.digest)))
    if about.diff_id != about.digest:
        fields.append(("Diff ID", _short(about.diff_id)))

    scan = contents.stack.scans[layer]
    if scan is None:
        reason = about.absent or "its content is missing"
        fields.append(("Absent", escaped(reason)))
        return _fields(fields, width)

    content = size(scan.content_bytes)
    entries = _entries(len(scan.paths))
    wasted = f"{size(model.waste.layers[layer])} of it" if model.waste else "…"
    fields += [
        ("Size", _with_stored(scan.tar_bytes, about.stored)),
        ("Content", f"{content} in {entries}"),
        ("Waste", wasted),
    ]
    return _fields(fields, width)


def _with_stored(tar_bytes: int, stored: int | None) -> str:
    """`12.3 MB, 4.1 MB compressed`; the second only where it is known and another one."""
    if stored is None or stored == tar_bytes:
        return size(tar_bytes)
    return f"{size(tar_bytes)}, {size(stored)} compressed"


def _short(digest: Digest | None) -> str:
    """The start of a digest, as long as docker shows it."""
    return f"{digest.algorithm}:{digest.hex[:12]}" if digest else "unknown"


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number:,} entries"


def image_name(name: str, width: int) -> Text:
    """Of an image that is still being read."""
    return _fields([("Name", escaped(name))], width)


def image_details(model: ViewerModel, width: int) -> Text:
    """Of the whole image, with the largest waste."""
    contents = model.contents
    assert contents is not None
    image = contents.image
    wasted = efficiency = "…"
    if model.waste:
        wasted = size(contents.wasted_bytes)
        efficiency = percent(contents.efficiency)

    fields = [
        ("Name", escaped(image.name)),
        ("Digest", _short(image.digest)),
        ("Platform", escaped(str(image.platform))),
        ("Size", _with_stored(contents.size, contents.stored)),
        ("Waste", wasted),
        ("Efficiency", efficiency),
    ]
    if model.inspection and model.inspection.distribution:
        distribution = model.inspection.distribution
        system = (escaped(distribution.name), support(distribution))
        fields.append(("System", ", ".join(filter(None, system))))

    text = _fields(fields, width)
    if model.index and model.waste and model.waste.items:
        text.append_text(_largest_waste(model.index, model.waste, width))
    return text


def _largest_waste(index: Index, waste: Wasted, width: int) -> Text:
    """The paths with the most of it."""
    text = Text("\n\nCount    Waste  Path\n", "bold")
    for node in waste.order[:_LARGEST]:
        times = len(waste.items[node])
        amount = f"{times:>5} {size(waste.own[node]):>8}  "
        path = escaped(b"/" + index.paths[node])
        text.append(amount, Style(color=WASTE, bold=False))
        text.append(f"{in_cells(path, width - len(amount))}\n", "not bold")
    return text


def waste_details(model: ViewerModel, node: int, width: int) -> Text:
    """Each copy of a path that is waste: why, whose it was, which lines wrote and wasted it."""
    assert model.index is not None
    assert model.waste is not None
    text = _fields([("Path", f"/{escaped(model.index.paths[node])}")], width)
    for item in model.waste.items[node]:
        words = "\n".join(wrapped(waste_words(model, item), width))
        text.append(f"\n\n{words}\n")
        text.append_text(_fields(_copy(model, item), width))
    return text


def _copy(model: ViewerModel, item: Waste) -> list[tuple[str, str]]:
    return [
        ("Package", package_name(model.inspection, item.layer, item.entry)),
        ("Written by", line_and_instruction(model, item.layer)),
        ("Wasted by", line_and_instruction(model, item.by)),
    ]


def package_details(model: ViewerModel, package: InstalledPackage, width: int) -> Text:
    """The fields of a package."""
    files = count(package.files, "file")
    fields = [
        ("Package", escaped(f"{package.name} {package.version}")),
        ("Size", f"{size(package.size)} in {files}"),
        ("Line", line_and_instruction(model, package.layer)),
        ("Layer", f"{package.layer + 1} wrote most of it"),
        ("Waste", f"{size(package.wasted)} of its files in earlier layers"),
        ("Manager", escaped(package.manager)),
    ]
    return _fields(fields, width)


def finding_details(finding: ImageFinding, width: int) -> Text:
    """A finding with its places and what to do."""
    text = Text(f"{escaped(finding.message)}\n", style="bold")
    if facts := _facts(finding):
        text.append("\n")
        text.append_text(_fields(facts, width))
        text.append("\n")
    if finding.advice:
        text.append(f"\n{escaped(finding.advice)}\n", "not bold")
    text.append(f"{escaped(finding.id)} ({finding.group})\n", "not bold dim")
    for place in finding.places[:_PLACES]:
        text.append(f"\n{_place(place)}", "not bold")
    if finding.count > len(finding.places[:_PLACES]):
        text.append(f"\n… {finding.count:,} in all", "not bold dim")
    return text


def _facts(finding: ImageFinding) -> list[tuple[str, str]]:
    """What it would save, which line is to change, and the rule that finds it there."""
    fields: list[tuple[str, str]] = []
    if finding.saves is not None:
        saves = size(finding.saves)
        if finding.estimated:
            saves += f", an estimate from {escaped(finding.estimated)}"
        fields.append(("Saves", saves))
    if finding.in_base:
        in_base = f"{size(finding.in_base)}, which only another base image would save"
        fields.append(("In base", in_base))

    if finding.blame:
        instruction = one_line(finding.blame.text[:SHOWN])
        fields.append(("Line", f"{full_place(finding.blame)}  {instruction}".lstrip()))
    if finding.rule:
        fields.append(("Rule", f"lightship rules {escaped(finding.rule)}"))
    return fields


def _place(place: FindingPlace) -> str:
    """`   12.3 MB  layer 5   /path  note`."""
    layer = place.layer + 1
    text = f"{size(place.size):>10}  layer {layer:<3} /{escaped(place.path)}"
    if place.note:
        text += f"  {escaped(place.note)}"
    if not place.seen:
        text += "  not in the final image"
    return text
