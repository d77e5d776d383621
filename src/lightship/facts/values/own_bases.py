"""Which images of the repository other Dockerfiles start from."""

from __future__ import annotations

from collections.abc import Iterator

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
    own = {name.rpartition("/")[2] for name in build.repository.images}
    for name in _FROM.findall(text):
        image = read_reference(name)
        is_own = not isinstance(image, str) and build.is_own_image(image)
        if is_own or name.rpartition("/")[2] in own:
            yield name
