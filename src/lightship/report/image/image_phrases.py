"""What several formats say in the same words, of an image and its layers."""

from __future__ import annotations

from lightship.image.distribution import Distribution
from lightship.image.image import Image
from lightship.image.read import Contents
from lightship.inspection.inspection import Blame, Inspection
from lightship.inspection.phrases import instruction, line, support
from lightship.wording.printable import escaped
from lightship.wording.sizes import size


def path(name: bytes) -> str:
    """A path of an image as a terminal may show it, from the root."""
    return f"/{escaped(name)}"


def name(image: Image, longest: int = 0) -> str:
    """The image's name as it was asked for, with its tag where that is another."""
    tag = image.names[0] if image.names and image.names[0] not in image.name else ""
    return escaped(image.name, longest) + (f" ({escaped(tag, longest)})" if tag else "")


def maker(inspection: Inspection, layer: int) -> str:
    """What made a layer, shortly: its line, or the layer's number from 1."""
    blame = inspection.blame[layer]
    if blame.is_base:
        return f"the base image (layer {layer + 1})"
    return line(blame) or f"layer {layer + 1}"


def made_by(blame: Blame) -> str:
    """What made a layer, in full: line and instruction, or that it is of the base image."""
    text = " ".join(filter(None, (line(blame), instruction(blame))))
    if blame.is_base:
        return f"base image  {text}".rstrip()
    return text or "unknown"


def user(inspection: Inspection) -> str:
    """The user that a container starts as."""
    return escaped(inspection.contents.image.config.user) or "root"


def distribution(found: Distribution | None) -> str:
    """The distribution and how long it has security fixes; empty where there is none."""
    if found is None:
        return ""
    return ", ".join(filter(None, (system(found), support(found))))


def system(found: Distribution) -> str:
    """The name of a distribution."""
    return escaped(found.name or f"{found.id} {found.version}".strip())


def base(inspection: Inspection) -> str:
    """What is known of the base image: its line and FROM where there is a Dockerfile, or what it says it is."""
    found = [each for each in inspection.blame if each.is_base]
    top = found[-1]
    text = instruction(top)
    if line(top) and text.upper().startswith("FROM"):
        return f"{line(top)} {text}  (base image)"
    name = inspection.contents.image.annotations.get(
        "org.opencontainers.image.base.name", ""
    )
    return f"base image  {escaped(name) or text}".rstrip()


def compressed(contents: Contents) -> str:
    """What the layers take as they are stored: `compressed 20 MB`, or `not compressed here` where that is the size."""
    return (
        "not compressed here"
        if contents.stored == contents.size
        else f"compressed {size(contents.stored)}"
    )
