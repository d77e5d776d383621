"""What made a layer, its line and its instruction or else its history; and whose a file is."""

from __future__ import annotations

from lightship.image.read import Contents
from lightship.inspection.inspection import Blame, Confidence, Inspection
from lightship.inspection.phrases import line, one_line
from lightship.tui.viewer_model import ViewerModel
from lightship.wording.printable import escaped

SHOWN = 2_000  # characters of an instruction


def place(model: ViewerModel, layer: int) -> str:
    """What made a layer, shortly: `Dockerfile:4`, `base image`; without a line `layer 3`."""
    blame = model.blame(layer)
    if blame and blame.is_base:
        return "base image"
    return (line(blame) if blame else "") or f"layer {layer + 1}"


def line_and_instruction(model: ViewerModel, layer: int) -> str:
    """`Dockerfile:4-5  RUN …`; the instruction alone where no line is known."""
    blame = model.blame(layer)
    assert model.contents is not None
    instruction = made_by(model.contents, layer, blame)
    where = full_place(blame) if blame else ""
    return f"{where}  {instruction}" if where else instruction


def made_by(contents: Contents, layer: int, blame: Blame | None) -> str:
    """The instruction, as the Dockerfile says, or else the history."""
    text = ""
    if blame:
        text = blame.text

    row = contents.image.row(layer)
    if row and not text:
        text = row.created_by or row.comment
    return one_line(text[:SHOWN]) or "(no history)"


def full_place(blame: Blame) -> str:
    """`Dockerfile:4-5 (likely)`, `base image`; empty where no line is known."""
    if not blame.path:
        return "base image" if blame.is_base else ""

    text = f"{escaped(blame.path)}:{blame.first}"
    if blame.last > blame.first:
        text += f"-{blame.last}"
    if blame.confidence not in (Confidence.EXACT, Confidence.MATCHED):
        text += f" ({blame.confidence})"
    if blame.is_base:
        text += ", of the base image"
    return text


def package_name(inspection: Inspection | None, layer: int, index: int) -> str:
    """The package that an entry belongs to: `deb libc6 2.41`, or `none`."""
    if inspection is None:
        return "not known yet …"
    number = inspection.package(layer, index)
    if number is None:
        return "none"
    package = inspection.owners.packages[number]
    return escaped(f"{package.manager} {package.name} {package.version}")
