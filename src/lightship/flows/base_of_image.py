"""`lightship base IMAGE`: the base of an image, and what else it might be."""

from __future__ import annotations

import os
from dataclasses import replace

from lightship.base_images.lifetimes import today
from lightship.base_images.official_tags import read_official_tag
from lightship.base_images.reference import Reference, read_reference
from lightship.bases.base_report import Alternative, FoundBase, ImageBases
from lightship.bases.find_bases import found_bases
from lightship.bases.image_origin import image_origin
from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.errors import FileError
from lightship.files.reading import STDIN, reason_of
from lightship.files.search import is_dockerfile
from lightship.flows.directory_bill import is_project
from lightship.image.codecs import compression
from lightship.inspection.inspection import Inspection

_UNKNOWN = (
    "whether the project fits others is not known: name its Dockerfile with --file"
)
_USTAR = slice(257, 262)
_START = 512  # bytes of a file by which it is told what it is


def is_image(name: str) -> bool:
    """Whether a name is an image's, and not that of a Dockerfile or directory.

    A FileError where a file cannot be read.
    """
    if name == STDIN:
        return False
    if "://" in name:
        return True
    if os.path.isdir(name):
        return not is_project(name)
    if os.path.exists(name):
        return _is_archive(name)
    if _is_path(name):
        return False
    return isinstance(read_reference(name), Reference)


def _is_path(name: str) -> bool:
    """Whether a name that stands for nothing on the disk is surely meant as a path."""
    if name.startswith((".", "/", "~")):
        return True
    last = os.path.basename(name)
    return is_dockerfile(last)


def _is_archive(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            start = file.read(_START)
    except OSError as error:
        raise FileError(f"cannot read {path}: {reason_of(error)}") from error
    if start[_USTAR] == b"ustar":
        return True
    return compression(start) != ""


def bases_of_image(
    name: str, inspection: Inspection, build: Build | None
) -> ImageBases:
    """Which base an image that was read has, and the bases of the build that made it.

    Without the build nothing is known against other images, so none of them is said to fit.
    """
    origin = image_origin(inspection, build)
    if build is not None:
        bases = found_bases(build)
        return ImageBases(name, origin, bases)
    bases = _of_name(origin.base)
    return ImageBases(name, origin, bases)


def bases_of_tag(name: str) -> ImageBases | None:
    """The other tags of an official image that nobody has; None where its tag tells nothing."""
    image = read_reference(name)
    if isinstance(image, str):
        return None
    tag = read_official_tag(image, today())
    if tag is None:
        return None
    bases = _of_name(name)
    return ImageBases(name, None, bases)


def _of_name(name: str) -> tuple[FoundBase, ...]:
    if not name:
        return ()
    dockerfile = parse(f"FROM {name}\n")
    build = Build(dockerfile, today=today())
    found = found_bases(build)
    return tuple(map(_unjudged, found))


def _unjudged(base: FoundBase) -> FoundBase:
    others: list[Alternative] = []
    for item in base.alternatives:
        other = replace(item, objections=(), is_judged=False)
        others.append(other)
    notes = base.notes
    if others:
        notes = (*notes, _UNKNOWN)
    return replace(
        base,
        lines=(),
        notes=notes,
        alternatives=tuple(others),
    )
