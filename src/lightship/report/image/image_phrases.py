"""What several formats say in the same words, of an image and its layers."""

from __future__ import annotations

from lightship.image.distribution import Distribution
from lightship.image.image import Image
from lightship.image.read import Contents
from lightship.inspection.inspection import Blame, ImageFinding, Inspection
from lightship.inspection.own_waste import own_waste
from lightship.inspection.phrases import instruction, line, support
from lightship.inspection.unowned_folders import UnownedFolder
from lightship.wording.counts import count
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

_BASE_NAME = "org.opencontainers.image.base.name"


def path(name: bytes) -> str:
    """A path of an image as a terminal may show it, from the root."""
    return f"/{escaped(name)}"


def name(image: Image, longest: int = 0) -> str:
    """The image's name as the user wrote it, with its tag if that is another."""
    asked = escaped(image.name, longest)
    tag = image.names[0] if image.names else ""
    if not tag or tag in image.name:
        return asked
    return f"{asked} ({escaped(tag, longest)})"


def maker(inspection: Inspection, layer: int) -> str:
    """What made a layer, shortly: its line, or the layer's number from 1."""
    blame = inspection.blame[layer]
    if blame.is_base:
        return f"the base image (layer {layer + 1})"
    return line(blame) or f"layer {layer + 1}"


def made_by(blame: Blame) -> str:
    """What made a layer, in full: line and instruction, or that it is of the base image."""
    parts = (line(blame), instruction(blame))
    text = " ".join(filter(None, parts))
    if blame.is_base:
        return f"base image  {text}".rstrip()
    return text or "unknown"


def user(inspection: Inspection) -> str:
    """The user that a container starts as."""
    return escaped(inspection.contents.image.config.user) or "root"


def distribution(release: Distribution | None) -> str:
    """The distribution and how long it has security fixes; empty where it is unknown."""
    if release is None:
        return ""
    parts = (system(release), support(release))
    return ", ".join(filter(None, parts))


def system(release: Distribution) -> str:
    """The name of a distribution."""
    return escaped(release.name or f"{release.id} {release.version}".strip())


def base(inspection: Inspection) -> str:
    """What is known of the base image.

    Its line and FROM where there is a Dockerfile, or what it says it is.
    """
    top = [blame for blame in inspection.blame if blame.is_base][-1]
    text = instruction(top)
    if line(top) and text.upper().startswith("FROM"):
        return f"{line(top)} {text}  (base image)"
    annotations = inspection.contents.image.annotations
    name = escaped(annotations.get(_BASE_NAME, ""))
    return f"base image  {name or text}".rstrip()


def compressed(contents: Contents) -> str:
    """What the layers take as they are stored.

    `compressed 20 MB`, or `not compressed here` where that is their size.
    """
    if contents.stored == contents.size:
        return "not compressed here"
    return f"compressed {size(contents.stored)}"


def saves(finding: ImageFinding) -> str:
    """What a finding saves: `2.4 MB`, `about 2.4 MB`; empty where the Dockerfile saves nothing."""
    return _amount(finding.saves or 0, finding)


def in_base(finding: ImageFinding) -> str:
    """What only another base image would save; empty where that is nothing."""
    return _amount(finding.in_base, finding)


def _amount(bytes_: int, finding: ImageFinding) -> str:
    if not bytes_:
        return ""
    about = "about " if finding.estimated else ""
    return f"{about}{size(bytes_)}"


def savings(finding: ImageFinding) -> str:
    """`saves 2.4 MB`, `saves 2.4 MB, and 9.1 MB in the base image`, `9.1 MB in the base image`."""
    own = saves(finding)
    base = in_base(finding)
    parts: list[str] = []
    if own:
        parts.append(f"saves {own}")
    if base:
        parts.append(f"{base} in the base image")
    return ", and ".join(parts)


def folder(row: UnownedFolder) -> str:
    """`/opt/models/ (3 files)`, or `elsewhere below /opt/`."""
    place = f"{path(row.path).rstrip('/')}/"
    files = count(row.files, "file")
    if row.is_rest:
        place = f"elsewhere below {place}"
    return f"{place} ({files})"


def base_waste(inspection: Inspection) -> str:
    """How much of the waste only another base image would save; empty where that is nothing."""
    waste = inspection.contents.waste
    own = own_waste(waste, inspection.blame)
    in_base = sum(item.size for item in waste) - sum(item.size for item in own)
    return f"{size(in_base)} of it in the base image" if in_base else ""


def together(inspection: Inspection) -> str:
    """What following all advice saves, as a sentence; empty where that is nothing."""
    total = inspection.together
    if not total.saves and not total.in_base:
        return ""
    parts: list[str] = []
    if total.saves:
        parts.append(f"saves {size(total.saves)}")
    if total.in_base:
        more = " more" if total.saves else ""
        parts.append(f"another base image would save {size(total.in_base)}{more}")
    joined = "; ".join(parts)
    return f"All together: {joined}"
