"""The images that a policy is about: all that a build takes something from."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from lightship.base_images.reference import Reference, read_reference
from lightship.build import Build
from lightship.dockerfile.places import place_of_word
from lightship.record import record
from lightship.text import Span

_HUB = frozenset({"hub.docker.com", "index.docker.io", "registry-1.docker.io"})
_HOST_MARKS = (".", ":", "*")


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
    for sources in build.evaluation.graph.sources:
        for source in sources:
            name = source.name
            is_image = name and source.stage is None and not source.refusal
            if (
                not is_image
                or name in build.contexts
                or name.isdigit()
                or name == "scratch"
            ):
                continue
            image = read_reference(name)
            span = place_of_word(build.dockerfile, source, source.span)
            if span not in seen and not isinstance(image, str):
                seen.add(span)
                yield NamedImage(image, name, span)


def is_trusted(image: Reference, registries: tuple[str, ...]) -> bool:
    """Whether an image comes from one of these registries, or parts of registries.

    A pattern without a slash is one of hosts, as hadolint has it (DL3026.hs, matchRegistry).
    """
    return any(_is_of(image, pattern) for pattern in registries)


def _is_of(image: Reference, pattern: str) -> bool:
    host, slash, path = pattern.removeprefix("https://").rstrip("/").partition("/")
    if slash and host != "localhost" and not any(mark in host for mark in _HOST_MARKS):
        host, path = "docker.io", f"{host}/{path}"
    if host in _HUB:
        host = "docker.io"
    if not fnmatchcase(image.domain, host):
        return False
    return (
        not path
        or fnmatchcase(image.path, path)
        or fnmatchcase(image.path, f"{path}/*")
    )


def matching_pattern(used: NamedImage, patterns: tuple[str, ...]) -> str | None:
    """The first pattern that an image's name matches, with or without its tag.

    An image without tag and digest has the tag latest.
    """
    image = used.image
    tag = image.tag or ("" if image.digest else "latest")
    names = {image.name, f"{image.domain}/{image.path}", used.name}
    names |= {f"{name}:{tag}" for name in names if tag and name != used.name}
    for pattern in patterns:
        if any(fnmatchcase(name, pattern) for name in names):
            return pattern
    return None
