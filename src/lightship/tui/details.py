"""The texts beside the tree: lists of layers, packages, findings, waste, and each in detail.

All are rich's Text, made of words that went through `escaped`: nothing in them is markup.
"""

from __future__ import annotations

from rich.text import Text

from lightship.image.digest import Digest
from lightship.image.owners import InstalledPackage
from lightship.image.read import Contents
from lightship.inspection.inspection import Blame, Confidence, ImageFinding, Inspection
from lightship.inspection.phrases import line_number, one_line, support
from lightship.lint.finding import Severity
from lightship.tui.node_index import Index, Wasted
from lightship.tui.tree_text import WASTE, waste_words
from lightship.wording.counts import count
from lightship.wording.printable import escaped
from lightship.wording.shares import percent
from lightship.wording.sizes import size

_NARROW = 32  # characters of a path beside the tree
_SHOWN = 2_000  # characters of an instruction
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def made_by(contents: Contents, layer: int, blame: Blame | None) -> str:
    """What made a layer, as the Dockerfile says, or else the history."""
    row = contents.image.row(layer)
    text = (blame.text if blame else "") or (
        row.created_by or row.comment if row else ""
    )
    return one_line(text[:_SHOWN]) or "(no history)"


def layer_bytes(contents: Contents, layer: int) -> int | None:
    """Of its tar; None for a layer that is absent."""
    scan = contents.stack.scans[layer]
    return scan.tar_bytes if scan else None


def layer_line(
    contents: Contents, layer: int, blame: Blame | None, is_compared: bool
) -> Text:
    """`▌  5  12.3 MB  L7  RUN …`."""
    found = layer_bytes(contents, layer)
    text = Text("▌" if is_compared else " ", style="cyan", no_wrap=True)
    text.append(
        f"{layer + 1:>3} {'absent' if found is None else size(found):>9}  ", "default"
    )
    if blame:
        number = line_number(blame)
        text.append(
            f"{f'L{number}' if number else 'base' if blame.is_base else '':<5}", "cyan"
        )
    text.append(made_by(contents, layer, blame), "default")
    return text


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
    about, scan = contents.image.layers[layer], contents.stack.scans[layer]
    fields = [("Made by", made_by(contents, layer, blame))]
    if blame and (blame.path or blame.is_base):
        fields.append(("Line", _line(blame)))
    fields.append(("Digest", _short(about.digest)))
    if about.diff_id != about.digest:
        fields.append(("Diff ID", _short(about.diff_id)))
    if scan is None:
        fields.append(("Absent", escaped(about.absent or "its content is missing")))
    else:
        stored = (
            f", {size(about.stored)} compressed"
            if about.stored not in (None, scan.tar_bytes)
            else ""
        )
        fields += [
            ("Size", f"{size(scan.tar_bytes)}{stored}"),
            ("Content", f"{size(scan.content_bytes)} in {_entries(len(scan.paths))}"),
            ("Waste", f"{size(waste.layers[layer])} of it" if waste else "…"),
        ]
    return _fields(fields)


def _short(digest: Digest | None) -> str:
    """As much of a digest as nobody meets twice."""
    return f"{digest.algorithm}:{digest.hex[:24]}…" if digest else "unknown"


def _line(blame: Blame) -> str:
    if not blame.path:
        return "of the base image"
    lines = (
        f"{blame.first}" if blame.last <= blame.first else f"{blame.first}-{blame.last}"
    )
    sure = (
        ""
        if blame.confidence in (Confidence.EXACT, Confidence.MATCHED)
        else f" ({blame.confidence})"
    )
    return f"{escaped(blame.path)}:{lines}{sure}{', of the base image' if blame.is_base else ''}"


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
    stored = contents.stored
    fields = [
        ("Name", escaped(image.name)),
        ("Digest", _short(image.digest)),
        ("Platform", escaped(str(image.platform))),
        (
            "Size",
            size(contents.size)
            + (
                f", {size(stored)} compressed"
                if stored not in (None, contents.size)
                else ""
            ),
        ),
        ("Waste", size(contents.wasted_bytes) if waste else "…"),
        ("Efficiency", percent(contents.efficiency) if waste else "…"),
    ]
    if inspection and inspection.distribution:
        found = inspection.distribution
        fields.append(
            ("System", ", ".join(filter(None, (escaped(found.name), support(found)))))
        )
    text = _fields(fields)
    if index and waste and waste.items:
        text.append("\n\nCount    Waste  Path\n", "bold")
        for node in waste.order[:10]:
            text.append_text(waste_line(index, waste, node, _NARROW)).append("\n")
    return text


def waste_line(index: Index, waste: Wasted, node: int, longest: int = 0) -> Text:
    """How often, how many bytes, where.

    The path in at most `longest` characters, 0 for all of it.
    """
    text = Text(
        f"{len(waste.items[node]):>5} {size(waste.own[node]):>8}",
        style=WASTE,
        no_wrap=True,
    )
    return text.append(f"  {escaped(b'/' + index.paths[node], longest)}", "default")


def waste_details(index: Index, waste: Wasted, node: int) -> Text:
    """Each copy of a path that is waste, and what made it so."""
    text = Text(f"/{escaped(index.paths[node])}\n\n", style="bold")
    return text.append(
        "\n".join(waste_words(item) for item in waste.items[node]), "not bold"
    )


def package_line(package: InstalledPackage) -> Text:
    """Size, manager, name, version."""
    text = Text(
        f"{size(package.size):>10}  {escaped(package.manager):<7}", no_wrap=True
    )
    text.append(f"{escaped(package.name)} ", "bold").append(
        escaped(package.version), "dim"
    )
    return text


def package_details(package: InstalledPackage) -> Text:
    """The fields of a package."""
    return _fields(
        [
            ("Package", escaped(f"{package.name} {package.version}")),
            ("Manager", escaped(package.manager)),
            (
                "Size",
                f"{size(package.size)} in {count(package.files, 'file')} of the final image",
            ),
            ("Waste", f"{size(package.wasted)} of its files in earlier layers"),
            ("Layer", f"{package.layer + 1} wrote most of it"),
        ]
    )


def finding_line(finding: ImageFinding) -> Text:
    """Severity, bytes that it would save, message."""
    text = Text(
        f"{finding.severity.name.lower():<8}",
        style=_COLOURS.get(finding.severity, "cyan"),
        no_wrap=True,
    )
    saves = size(finding.saves) if finding.saves is not None else ""
    return text.append(f"{saves:>10}  {escaped(finding.message)}", "default")


def finding_details(finding: ImageFinding) -> Text:
    """A finding with its places and what to do."""
    text = Text(f"{escaped(finding.message)}\n", style="bold")
    text.append(f"{escaped(finding.id)} ({finding.group})\n\n", "not bold dim")
    if finding.advice:
        text.append(f"{escaped(finding.advice)}\n\n", "not bold")
    fields = []
    if finding.saves is not None:
        known = (
            f", an estimate from {escaped(finding.estimated)}"
            if finding.estimated
            else ""
        )
        fields.append(("Saves", f"{size(finding.saves)}{known}"))
    if finding.blame:
        fields.append(
            ("Line", f"{_line(finding.blame)}  {one_line(finding.blame.text[:_SHOWN])}")
        )
    if finding.rule:
        fields.append(("Rule", f"lightship rules {escaped(finding.rule)}"))
    text.append_text(_fields(fields))
    for place in finding.places:
        seen = "" if place.seen else "  not in the final image"
        note = f"  {escaped(place.note)}" if place.note else ""
        text.append(
            f"\n{size(place.size):>10}  layer {place.layer + 1:<3} "
            f"/{escaped(place.path)}{note}{seen}",
            "not bold",
        )
    if finding.count > len(finding.places):
        text.append(f"\n… {finding.count:,} in all", "not bold dim")
    return text
