"""Another version of a python image: the oldest that is supported and that the project allows."""

from __future__ import annotations

import re

from lightship.base_images.lifetimes import Part, official_name, parts, supported
from lightship.build import Build
from lightship.dockerfile.tree import Pair
from lightship.evaluation.images import UsedImage
from lightship.pyproject.python_versions import allowed
from lightship.record import record
from lightship.text import Edit, Span

_VARIABLE = re.compile(r"\$(?:(?P<bare>\w+)|\{(?P<braced>\w+)\})")


@record
class Upgrade:
    """The edits that write another image, and its name."""

    name: str
    edits: tuple[Edit, ...]


def upgrade(build: Build, used: UsedImage) -> Upgrade | None:
    """The upgrade of an image with releases that have ended; None where it is no python image, or is not sure."""
    image = used.image
    if official_name(image) != "python" or image.digest or "windows" in image.tag or "nanoserver" in image.tag:
        return None
    changes: list[tuple[Part, str]] = []
    for part in parts(image):
        if part.release.ended:
            new = _successor(build, part)
            if new is None:
                return None
            changes.append((part, new))
    tag = image.tag
    for part, new in reversed(changes):
        tag = tag[: part.start] + new + tag[part.end :]
    edits = _edits(build, used, changes)
    return Upgrade(f"{image.name}:{tag}", edits) if edits else None


def _successor(build: Build, part: Part) -> str | None:
    """What takes the place of one release in the tag."""
    product = part.release.product
    found = supported(product)
    if product != "Python":
        return (found[0].codename or found[0].version) if found else None
    if build.context is None or _speaks_of(build, part.release.version):
        return None
    return next(iter(allowed(build.context, [release.version for release in found]) or ()), None)


def _speaks_of(build: Build, version: str) -> bool:
    """Whether a path or a package of that version stands elsewhere: `/usr/local/lib/python3.9/site-packages`."""
    name = re.compile(rf"python{re.escape(version)}(?![0-9])")
    text = build.dockerfile.text
    return any(name.search(item.span.of(text)) for item in build.dockerfile.instructions if item.keyword != "FROM")


def _edits(build: Build, used: UsedImage, changes: list[tuple[Part, str]]) -> tuple[Edit, ...]:
    """Where the tag stands as it is, its parts; where a variable is its version, the default of that variable."""
    text = used.span.of(build.dockerfile.text)
    if text.endswith(f":{used.image.tag}"):
        start = used.span.end - len(used.image.tag)
        return tuple(Edit.replace(Span(start + part.start, start + part.end), new) for part, new in changes)
    variable = _VARIABLE.match(text.rpartition(":")[2])
    if variable is None or len(changes) != 1 or changes[0][0].start != 0 or "$" in text.rpartition(":")[0]:
        return ()
    pair = _default(build, variable["bare"] or variable["braced"])
    version = used.image.tag[: changes[0][0].end]
    if pair is None or pair.value is None or pair.value.text != version:
        return ()
    return (
        (Edit.replace(pair.value.span, changes[0][1]),) if pair.value.span.of(build.dockerfile.text) == version else ()
    )


def _default(build: Build, name: str) -> Pair | None:
    """The ARG that gives a variable of FROM its value, where it is the only one of that name."""
    found = [pair for item in build.dockerfile.globals for pair in item.pairs if pair.name.text == name]
    return found[0] if len(found) == 1 and name not in build.args else None
