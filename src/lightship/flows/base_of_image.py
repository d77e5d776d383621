"""`lightship base IMAGE`: the base of an image, and what else it might be."""

from __future__ import annotations

import os
from dataclasses import replace

from lightship.base_images.lifetimes import today
from lightship.base_images.official_tags import read_official_tag
from lightship.base_images.reference import read_reference
from lightship.bases.base_report import FoundBase, ImageBases
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
    is_path = name.startswith((".", "/", "~")) or is_dockerfile(os.path.basename(name))
    return not is_path and not isinstance(read_reference(name), str)


def _is_archive(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            start = file.read(_START)
    except OSError as error:
        raise FileError(f"cannot read {path}: {reason_of(error)}") from error
    return start[_USTAR] == b"ustar" or compression(start) != ""


def bases_of_image(
    name: str, inspection: Inspection, build: Build | None
) -> ImageBases:
    """Which base an image that was read has, and the bases of the build that made it.

    Without the build nothing is known against other images, so none of them is said to fit.
    """
    origin = image_origin(inspection, build)
    if build is not None:
        return ImageBases(name, origin, found_bases(build))
    return ImageBases(name, origin, _of_name(origin.base))


def bases_of_tag(name: str) -> ImageBases | None:
    """The other tags of an official image that nobody has; None where its tag tells nothing."""
    image = read_reference(name)
    if isinstance(image, str) or read_official_tag(image, today()) is None:
        return None
    return ImageBases(name, None, _of_name(name))


def _of_name(name: str) -> tuple[FoundBase, ...]:
    if not name:
        return ()
    found = found_bases(Build(parse(f"FROM {name}\n"), today=today()))
    return tuple(map(_unjudged, found))


def _unjudged(base: FoundBase) -> FoundBase:
    others = [
        replace(item, objections=(), is_judged=False) for item in base.alternatives
    ]
    notes = (*base.notes, _UNKNOWN) if others else base.notes
    return replace(base, lines=(), notes=notes, alternatives=tuple(others))
