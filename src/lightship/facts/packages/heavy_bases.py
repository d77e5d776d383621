"""Whether an image starts from gigabytes, beside which what an installer leaves is nothing."""

from __future__ import annotations

from lightship.base_images.known import is_of_gigabytes
from lightship.base_images.reference import Reference
from lightship.base_images.users import may_be_local
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.facts.packages.bases_under import bases_under, image_under
from lightship.facts.start.container_lines import run_texts
from lightship.regex import regex

_FROM = regex(r"(?im)^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(?P<name>[^\s$]+)")


def is_on_gigabytes(build: Build, stage: Stage) -> bool:
    """Whether a stage starts from an image of gigabytes, or may do so by one of the repository's.

    Where no Dockerfile is known that makes the repository's own image, or a build arg gives its
    name, it is enough that any Dockerfile beside this one starts from gigabytes.
    """
    image = build.root_image(stage)
    under = image_under(build, stage)
    for known in (image, under):
        if known is None:
            continue
        if is_of_gigabytes(known.name):
            return True
    if under is not None and bases_under(build, stage):
        return False
    if image is not None and not _may_be_own(build, image):
        return False
    return build.once(_has_heavy_sibling)


def _may_be_own(build: Build, image: Reference) -> bool:
    if may_be_local(image):
        return True
    return build.is_own_image(image)


def _has_heavy_sibling(build: Build) -> bool:
    own = build.dockerfile.text
    texts = run_texts(build) or ()
    for text in texts:
        if text == own:
            continue
        for match in _FROM.finditer(text):
            name = match["name"]
            if is_of_gigabytes(name):
                return True
    return False
