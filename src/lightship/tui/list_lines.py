"""The rows of the lists on the left.

What is beside a row's words gives way where the list is narrow; the words scroll sideways.
"""

from __future__ import annotations

from rich.text import Text

from lightship.image.owners import InstalledPackage
from lightship.image.read import Contents
from lightship.inspection.inspection import Blame, ImageFinding
from lightship.inspection.phrases import line_number
from lightship.lint.finding import Severity
from lightship.tui.listing import Line
from lightship.tui.makers import made_by
from lightship.tui.node_index import Index, Wasted
from lightship.tui.tree_text import WASTE
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

_WORDY = 44  # cells of a list from which on severities are words and copies are counted
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def layer_bytes(contents: Contents, layer: int) -> int | None:
    """Of its tar; None for a layer that is absent."""
    scan = contents.stack.scans[layer]
    return scan.tar_bytes if scan else None


def layer_line(
    contents: Contents, layer: int, blame: Blame | None, is_compared: bool
) -> Line:
    """`▌ 5  12.3 MB  L7  RUN …`."""
    mark = "▌" if is_compared else " "
    layers = len(contents.image.layers)
    digits = len(str(layers))
    tar_bytes = layer_bytes(contents, layer)
    amount = "absent" if tar_bytes is None else size(tar_bytes)

    head = Text(mark, style="cyan", no_wrap=True)
    head.append(f"{layer + 1:>{digits + 1}} {amount:>8}  ", "default")
    text = Text(no_wrap=True)
    if blame:
        line = _short_line(blame)
        text.append(f"{line:<5}", "cyan")
    made = made_by(contents, layer, blame)
    text.append(made, "default")
    return Line(head, text)


def _short_line(blame: Blame) -> str:
    """`L7`, or `base` for what the base image brought."""
    number = line_number(blame)
    if number:
        return f"L{number}"
    return "base" if blame.is_base else ""


def package_line(package: InstalledPackage) -> Line:
    """Size; manager, name, version."""
    head = Text(f"{size(package.size):>8}  ", no_wrap=True)
    text = Text(f"{escaped(package.manager):<7}", no_wrap=True)
    text.append(f"{escaped(package.name)} ", "bold")
    text.append(escaped(package.version), "dim")
    return Line(head, text)


def finding_line(finding: ImageFinding, width: int) -> Line:
    """Severity, bytes that it would save; message."""
    severity = finding.severity.name.lower()
    shown = severity[0].upper()
    if width >= _WORDY:
        shown = severity.ljust(len("warning"))
    colour = _COLOURS.get(finding.severity, "cyan")
    head = Text(shown, style=colour, no_wrap=True)
    saves = size(finding.saves) if finding.saves else ""
    head.append(f" {saves:>8}  ", "default")
    message = escaped(finding.message)
    return Line(head, Text(message, no_wrap=True))


def waste_line(index: Index, waste: Wasted, node: int, width: int) -> Line:
    """How often, how many bytes; where."""
    times = len(waste.items[node])
    counted = f"{times:>5} " if width >= _WORDY else ""
    amount = size(waste.own[node])
    head = Text(f"{counted}{amount:>8}  ", style=WASTE, no_wrap=True)
    path = escaped(b"/" + index.paths[node])
    return Line(head, Text(path, no_wrap=True))
