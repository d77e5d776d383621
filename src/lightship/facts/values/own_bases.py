"""Which images of the repository other Dockerfiles start from."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.regex import regex

# The tag may be `<version>`
_FROM = regex(r"(?m)^[ \t]*FROM[ \t]+([\w.-]+(?:/[\w.-]+)+)")


def own_bases(build: Build, text: str) -> Iterator[str]:
    """The names after FROM in a Dockerfile, or a page that shows one, that are the repository's.

    The last part of a name tells, since registries differ.
    """
    if "FROM" not in text:
        return
    own_names = set(map(basename, build.repository.images))
    for name in _FROM.findall(text):
        if basename(name) in own_names:
            yield name
            continue
        image = read_reference(name)
        if isinstance(image, str):
            continue
        if build.is_own_image(image):
            yield name
