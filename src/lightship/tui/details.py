"""The texts beside the tree: lists of layers, packages, findings, waste, and each in detail.

All are rich's Text, made of words that went through `escaped`: nothing in them is markup.
"""

from __future__ import annotations

from rich.text import Text

from lightship.image.digest import Digest
from lightship.image.owners import InstalledPackage
from lightship.image.read import Contents
from lightship.inspection.inspection import (
    Blame,
    Confidence,
    FindingPlace,
    ImageFinding,
    Inspection,
)
from lightship.inspection.phrases import line_number, one_line, support
from lightship.lint.finding import Severity
from lightship.tui.node_index import Index, Wasted
from lightship.tui.tree_text import WASTE, waste_words
from lightship.wording.counts import count
from lightship.wording.printable import escaped
from lightship.wording.shares import percent
from lightship.wording.sizes import size

_PLACES = 100  # files of a finding
_NARROW = 32  # characters of a path beside the tree
_SHOWN = 2_000  # characters of an instruction
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def made_by(contents: Contents, layer: int, blame: Blame | None) -> str:
    """What made a layer, as the Dockerfile says, or else the history."""
    text = ""
    if blame:
        text = blame.text

    row = contents.image.row(layer)
    if row and not text:
        text = row.created_by or row.comment
    return one_line(text[:_SHOWN]) or "(no history)"


def layer_bytes(contents: Contents, layer: int) -> int | None:
    """Of its tar; None for a layer that is absent."""
    scan = contents.stack.scans[layer]
    return scan.tar_bytes if scan else None


def layer_line(
    contents: Contents, layer: int, blame: Blame | None, is_compared: bool
) -> Text:
    """`▌  5  12.3 MB  L7  RUN …`."""
    mark = "▌" if is_compared else " "
    text = Text(mark, style="cyan", no_wrap=True)

    tar_bytes = layer_bytes(contents, layer)
    amount = "absent" if tar_bytes is None else size(tar_bytes)
    text.append(f"{layer + 1:>3} {amount:>9}  ", "default")

    if blame:
        text.append(f"{_short_line(blame):<5}", "cyan")
    text.append(made_by(contents, layer, blame), "default")
    return text


def _short_line(blame: Blame) -> str:
    """`L7`, or `base` for what the base image brought."""
    number = line_number(blame)
    if number:
        return f"L{number}"
    return "base" if blame.is_base else ""


def _fields(fields: list[tuple[str, str]]) -> Text:
    text = Text()
    for name, value in fields:
        text.append(f"{name + ':':<12}", "bold")
        text.append(f"{value}\n")
    text.rstrip()
    return text


def layer_details(
    contents: Contents, layer: int, blame: Blame | None, waste: Wasted | None
) -> Text:
    """Of the layer under the cursor."""
    about = contents.image.layers[layer]
    fields = [("Made by", made_by(contents, layer, blame))]
    if blame and (blame.path or blame.is_base):
        fields.append(("Line", _line(blame)))

    fields.append(("Digest", _short(about.digest)))
    if about.diff_id != about.digest:
        fields.append(("Diff ID", _short(about.diff_id)))

    scan = contents.stack.scans[layer]
    if scan is None:
        reason = about.absent or "its content is missing"
        fields.append(("Absent", escaped(reason)))
        return _fields(fields)

    content = size(scan.content_bytes)
    entries = _entries(len(scan.paths))
    wasted = f"{size(waste.layers[layer])} of it" if waste else "…"
    fields += [
        ("Size", _with_stored(scan.tar_bytes, about.stored)),
        ("Content", f"{content} in {entries}"),
        ("Waste", wasted),
    ]
    return _fields(fields)


def _with_stored(tar_bytes: int, stored: int | None) -> str:
    """`12.3 MB, 4.1 MB compressed`; the second only where it is known and another one."""
    if stored is None or stored == tar_bytes:
        return size(tar_bytes)
    return f"{size(tar_bytes)}, {size(stored)} compressed"


def _short(digest: Digest | None) -> str:
    """As much of a digest as nobody meets twice."""
    if digest is None:
        return "unknown"
    return f"{digest.algorithm}:{digest.hex[:24]}…"


def _line(blame: Blame) -> str:
    if not blame.path:
        return "of the base image"

    text = f"{escaped(blame.path)}:{blame.first}"
    if blame.last > blame.first:
        text += f"-{blame.last}"
    if blame.confidence not in (Confidence.EXACT, Confidence.MATCHED):
        text += f" ({blame.confidence})"
    if blame.is_base:
        text += ", of the base image"
    return text


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def image_name(name: str) -> Text:
    """Of an image that is still being read."""
    return _fields([("Name", escaped(name))])


def image_details(
    contents: Contents,
    index: Index | None,
    waste: Wasted | None,
    inspection: Inspection | None,
) -> Text:
    """Of the whole image, with the largest waste."""
    image = contents.image
    wasted = efficiency = "…"
    if waste:
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
    if inspection and inspection.distribution:
        distribution = inspection.distribution
        system = (escaped(distribution.name), support(distribution))
        fields.append(("System", ", ".join(filter(None, system))))

    text = _fields(fields)
    if index and waste and waste.items:
        text.append("\n\nCount    Waste  Path\n", "bold")
        for node in waste.order[:10]:
            text.append_text(waste_line(index, waste, node, _NARROW))
            text.append("\n")
    return text


def waste_line(index: Index, waste: Wasted, node: int, longest: int = 0) -> Text:
    """How often, how many bytes, where.

    The path in at most `longest` characters, 0 for all of it.
    """
    times = len(waste.items[node])
    amount = size(waste.own[node])
    path = escaped(b"/" + index.paths[node], longest)

    text = Text(f"{times:>5} {amount:>8}", style=WASTE, no_wrap=True)
    return text.append(f"  {path}", "default")


def waste_details(index: Index, waste: Wasted, node: int) -> Text:
    """Each copy of a path that is waste, and what made it so."""
    text = Text(f"/{escaped(index.paths[node])}\n\n", style="bold")
    rows = "\n".join(map(waste_words, waste.items[node]))
    return text.append(rows, "not bold")


def package_line(package: InstalledPackage) -> Text:
    """Size, manager, name, version."""
    amount = size(package.size)
    manager = escaped(package.manager)

    text = Text(f"{amount:>10}  {manager:<7}", no_wrap=True)
    text.append(f"{escaped(package.name)} ", "bold")
    text.append(escaped(package.version), "dim")
    return text


def package_details(package: InstalledPackage) -> Text:
    """The fields of a package."""
    files = count(package.files, "file")
    fields = [
        ("Package", escaped(f"{package.name} {package.version}")),
        ("Manager", escaped(package.manager)),
        ("Size", f"{size(package.size)} in {files} of the final image"),
        ("Waste", f"{size(package.wasted)} of its files in earlier layers"),
        ("Layer", f"{package.layer + 1} wrote most of it"),
    ]
    return _fields(fields)


def finding_line(finding: ImageFinding) -> Text:
    """Severity, bytes that it would save, message."""
    severity = finding.severity.name.lower()
    colour = _COLOURS.get(finding.severity, "cyan")
    text = Text(f"{severity:<8}", style=colour, no_wrap=True)

    saves = size(finding.saves) if finding.saves else ""
    return text.append(f"{saves:>10}  {escaped(finding.message)}", "default")


def finding_details(finding: ImageFinding) -> Text:
    """A finding with its places and what to do."""
    text = Text(f"{escaped(finding.message)}\n", style="bold")
    text.append(f"{escaped(finding.id)} ({finding.group})\n\n", "not bold dim")
    if finding.advice:
        text.append(f"{escaped(finding.advice)}\n\n", "not bold")

    text.append_text(_fields(_facts(finding)))
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
        instruction = one_line(finding.blame.text[:_SHOWN])
        fields.append(("Line", f"{_line(finding.blame)}  {instruction}"))
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
