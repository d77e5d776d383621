"""The images that a policy is about: all that a build takes something from."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import chain

from lightship.base_images.reference import Reference, read_reference
from lightship.build import Build
from lightship.dockerfile.places import place_of_word
from lightship.evaluation.stages import SCRATCH, StageSource
from lightship.record import record
from lightship.text import Span

_HUB = frozenset({"hub.docker.com", "index.docker.io", "registry-1.docker.io"})
_HOST_MARKS = (".", ":", "*")
_DOCKER_HUB = "docker.io"


@record
class NamedImage:
    """One place that names an image; `name` is the text there, with the variables expanded."""

    image: Reference
    name: str
    span: Span


def named_images(build: Build) -> Iterator[NamedImage]:
    """The images after FROM, `COPY --from` and `RUN --mount=from=` whose whole name is known.

    After `--from` a bare name is an image where no stage and no build context has it.
    """
    seen: set[Span] = set()
    for used in build.images:
        seen.add(used.span)
        yield NamedImage(used.image, used.name, used.span)

    sources = build.evaluation.graph.sources
    for source in chain.from_iterable(sources):
        if not _is_image(build, source):
            continue
        image = read_reference(source.name)
        if isinstance(image, str):
            continue  # BuildKit refuses the name

        span = place_of_word(build.dockerfile, source, source.span)
        if span in seen:
            continue
        seen.add(span)
        yield NamedImage(image, source.name, span)


def _is_image(build: Build, source: StageSource) -> bool:
    """Whether a source names an image, and neither a stage nor a build context."""
    name = source.name
    if not name or name == SCRATCH:
        return False
    if source.stage is not None:
        return False
    if source.refusal:
        return False
    if name.isdigit():
        return False  # it is the number of a stage
    return name not in build.contexts


def is_trusted(image: Reference, registries: tuple[str, ...]) -> bool:
    """Whether an image comes from one of these registries, or parts of registries.

    A pattern without a slash is one of hosts, as hadolint has it (DL3026.hs, matchRegistry).
    """
    return any(_is_of(image, pattern) for pattern in registries)


def _is_of(image: Reference, pattern: str) -> bool:
    pattern = pattern.removeprefix("https://")
    pattern = pattern.rstrip("/")
    host, slash, path = pattern.partition("/")
    if slash and not _is_host(host):
        # `library/python`: a part of Docker Hub
        host = _DOCKER_HUB
        path = pattern
    if host in _HUB:
        host = _DOCKER_HUB
    if not fnmatchcase(image.domain, host):
        return False

    if not path:
        return True
    if fnmatchcase(image.path, path):
        return True
    return fnmatchcase(image.path, f"{path}/*")


def _is_host(name: str) -> bool:
    """Whether the part before a slash names a host, as it does in a reference."""
    if name == "localhost":
        return True
    return any(mark in name for mark in _HOST_MARKS)


def matching_pattern(used: NamedImage, patterns: tuple[str, ...]) -> str | None:
    """The first pattern that an image's name matches, with or without its tag.

    An image without tag and digest has the tag latest.
    """
    names = _names_of(used)
    for pattern in patterns:
        if any(fnmatchcase(name, pattern) for name in names):
            return pattern
    return None


def _names_of(used: NamedImage) -> set[str]:
    """An image as it is written, and in its short and its full form, with and without its tag."""
    image = used.image
    tag = image.tag
    if not tag and not image.digest:
        tag = "latest"

    names = {used.name}
    full_name = f"{image.domain}/{image.path}"
    for name in (image.name, full_name):
        names.add(name)
        if tag:
            names.add(f"{name}:{tag}")
    return names
