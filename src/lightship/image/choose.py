"""Which image of several is meant: by name or digest, and by platform.

An index lists manifests, and may list further indexes (OCI image-spec, image-index.md). Without
`--platform` the only one is taken, else that of this machine, as an engine does. What stays
ambiguous is an error that lists what there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from lightship.base_images.reference import read_reference
from lightship.errors import ImageError, ImageNotFoundError, UsageError
from lightship.evaluation.platforms import Platform
from lightship.image.descriptor import (
    BlobSource,
    Descriptor,
    read_descriptor,
    read_platform,
)
from lightship.image.digest import Digest
from lightship.record import record

T = TypeVar("T")
# The full name, where there is one, comes before the tag alone
_NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
_INDEX_TYPES = frozenset(
    {
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    }
)
_ARCHITECTURES = {
    "x86_64": "amd64",
    "aarch64": "arm64",
    "armv7l": "arm",
    "i386": "386",
    "i686": "386",
}
# What is meant where none is said (containerd/platforms)
_VARIANTS = {
    "amd64": "v1",
    "arm64": "v8",
    "arm": "v7",
}
_MOST_INDEXES = 1_000  # that are fetched for one image
_MOST_ASKED = 200  # manifests whose config is read for their platform
_REMEMBERED = 8  # indexes that an image is known by, the innermost
_SHOWN = 20
_SHORTEST_DIGEST = 7


@record
class Choice:
    """What the user says: `image` is a name, a tag, a digest or its first digits.

    `platform` is `os/arch[/variant]`.
    """

    image: str = ""
    platform: str = ""


@record
class ImageCandidate:
    """An image that could be meant.

    `names` are for people, `spellings` those and tags without a name; `digests` its own and of
    the indexes it was found in.
    """

    descriptor: Descriptor
    names: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    digests: tuple[Digest, ...] = ()


def asked_platform(text: str) -> Platform:
    """`linux/arm64/v8`, or the architecture alone; a UsageError for anything else."""
    parts = text.strip().lower().split("/")
    if len(parts) == 1:
        parts = ["linux", *parts]
    if len(parts) > 3 or not all(parts):
        raise UsageError(
            f"--platform {text}: must be OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT, "
            "such as linux/arm64"
        )
    return _normal(Platform(*parts))


def host_platform() -> Platform:
    """Linux on this machine's architecture: that is what an engine here would run."""
    import platform  # noqa: PLC0415 - 2 ms, and most images are for one platform

    return _normal(Platform("linux", platform.machine().lower()))


def is_platform(platform: Platform, wanted: Platform) -> bool:
    """Whether an image for one platform is what was asked for, variants that go without
    saying filled in.
    """
    return _normal(platform) == _normal(wanted)


def is_index(descriptor: Descriptor, document: Any) -> bool:
    """Whether a document lists manifests.

    Its own words count more than the media type that it was found under.
    """
    if isinstance(document, dict):
        has_manifests = "manifests" in document
        if has_manifests != ("layers" in document):
            return has_manifests
    return descriptor.media_type in _INDEX_TYPES


def listed(
    document: Any,
    fetch: BlobSource,
    where: str,
) -> tuple[list[ImageCandidate], list[Descriptor]]:
    """All manifests below an index: images that are there, one for each digest, and
    attestations.
    """
    images: dict[Digest, ImageCandidate] = {}
    attestations: list[Descriptor] = []
    seen: set[Digest] = set()
    waiting = list(_below(None, document, where))[::-1]
    while waiting:
        candidate = waiting.pop()
        descriptor = candidate.descriptor
        digest = descriptor.digest
        if descriptor.is_attestation:
            attestations.append(descriptor)
        elif not fetch.has(descriptor):
            continue  # of another platform, and left out of the archive
        elif descriptor.media_type not in _INDEX_TYPES:
            digests = (*candidate.digests, digest)
            _add(images, replace(candidate, digests=digests))
        elif digest not in seen:
            seen.add(digest)
            if len(seen) > _MOST_INDEXES:
                raise ImageError(f"{where}: more than {_MOST_INDEXES:,} nested indexes")
            below = _below(candidate, fetch.json(descriptor), str(digest))
            waiting += list(below)[::-1]
    return list(images.values()), attestations


def choose(
    candidates: Sequence[ImageCandidate],
    fetch: BlobSource,
    choice: Choice,
    where: str,
) -> ImageCandidate:
    """The one that is meant; an ImageNotFoundError that lists what there is where that is
    none or not clear.
    """
    pool = list(candidates)
    if not pool:
        raise ImageNotFoundError(
            f"{where} has no image: all manifests that its index lists are missing"
        )
    if choice.image:
        pool = [image for image in pool if _is_named(image, choice.image)]
        if not pool:
            raise nothing_like(
                f"{where} has no image {choice.image}; it has:",
                map(_shown, candidates),
            )
    if choice.platform or len(pool) > 1:
        pool = _of_platform(_with_platforms(pool, fetch), choice.platform, where)
    if len(pool) > 1:
        raise nothing_like(
            f"{where} has several images; choose one with --image:",
            map(_shown, pool),
        )
    return pool[0]


def matches_name(word: str, names: Iterable[str]) -> bool:
    """Whether a user's word for an image is one of its names, as it stands or as docker
    completes it.
    """
    wanted = _completed(word)
    if not wanted:
        return word in names
    return any(name == word or _completed(name) == wanted for name in names)


def matches_digest(word: str, digests: Iterable[Digest]) -> bool:
    """Whether it is a digest, or at least seven of its first digits."""
    _, _, digits = word.rpartition(":")
    if len(digits) < _SHORTEST_DIGEST:
        return False
    return any(_starts_with(digest, word) for digest in digests)


def _starts_with(digest: Digest, word: str) -> bool:
    return str(digest).startswith(word) or digest.hex.startswith(word)


def nothing_like(message: str, known: Iterable[str]) -> ImageNotFoundError:
    """The error that lists what there is, by a line each, without what a terminal would obey."""
    lines = list(known)
    shown = list(map(_printable, lines[:_SHOWN]))
    if len(lines) > _SHOWN:
        shown.append(f"and {len(lines) - _SHOWN} more")
    return ImageNotFoundError("\n  ".join([message, *shown]))


def _printable(line: str) -> str:
    hidden = {character for character in line if not character.isprintable()}
    for character in hidden:
        line = line.replace(character, "?")
    return line


def _shown(candidate: ImageCandidate) -> str:
    descriptor = candidate.descriptor
    names = ", ".join(candidate.names)
    platform = str(descriptor.platform or "")
    parts = (names, platform, str(descriptor.digest))
    return "  ".join(filter(None, parts))


def _below(
    parent: ImageCandidate | None,
    document: Any,
    where: str,
) -> Iterator[ImageCandidate]:
    """What an index lists; names and digests go down to it."""
    manifests = document.get("manifests") if isinstance(document, dict) else None
    if not isinstance(manifests, list):
        raise ImageError(f"{where}: not an image index: it has no list of manifests")
    names: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    digests: tuple[Digest, ...] = ()
    if parent:
        names = parent.names
        spellings = parent.spellings
        digests = (*parent.digests, parent.descriptor.digest)[-_REMEMBERED:]
    for at, raw in enumerate(manifests):
        descriptor = read_descriptor(raw, f"{where}: manifests[{at}]")
        annotated = [descriptor.annotations.get(key) for key in _NAMES]
        own = [name for name in annotated if name]
        all_names = _once(names, own[:1])
        all_spellings = _once(spellings, own)
        yield ImageCandidate(descriptor, all_names, all_spellings, digests)


def _add(images: dict[Digest, ImageCandidate], image: ImageCandidate) -> None:
    """One image under several tags is one."""
    digest = image.descriptor.digest
    before = images.get(digest)
    if before is not None:
        descriptor = image.descriptor
        if before.descriptor.platform is not None:
            descriptor = before.descriptor
        image = ImageCandidate(
            descriptor,
            _once(before.names, image.names),
            _once(before.spellings, image.spellings),
            _once(before.digests, image.digests),
        )
    images[digest] = image


def _once(some: Iterable[T], more: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*some, *more)))


def _is_named(candidate: ImageCandidate, word: str) -> bool:
    if matches_name(word, candidate.spellings):
        return True
    return matches_digest(word, candidate.digests)


def _completed(name: str) -> str:
    reference = read_reference(name)
    if isinstance(reference, str):
        return ""
    tag = reference.tag or "latest"
    return f"{reference.domain}/{reference.path}:{tag}@{reference.digest}"


def _with_platforms(
    pool: Sequence[ImageCandidate],
    fetch: BlobSource,
) -> list[ImageCandidate]:
    """The same, with the platform from the config where the index does not say it."""
    asked = [_configured(candidate, fetch) for candidate in pool[:_MOST_ASKED]]
    return [*asked, *pool[_MOST_ASKED:]]


def _configured(candidate: ImageCandidate, fetch: BlobSource) -> ImageCandidate:
    descriptor = candidate.descriptor
    if descriptor.platform is not None:
        return candidate
    manifest = fetch.json(descriptor)
    raw = manifest.get("config") if isinstance(manifest, dict) else None
    config = read_descriptor(raw, f"{descriptor.digest}: config")
    platform = read_platform(fetch.json(config))
    return replace(candidate, descriptor=replace(descriptor, platform=platform))


def _of_platform(
    pool: list[ImageCandidate],
    asked: str,
    where: str,
) -> list[ImageCandidate]:
    """Those of a platform; where none is asked for, those of this machine if there is a choice
    of platforms.
    """
    wanted = asked_platform(asked) if asked else host_platform()
    platforms = [candidate.descriptor.platform for candidate in pool]
    if not asked and len(set(platforms)) < 2:
        return pool

    matching = [
        candidate
        for candidate, platform in zip(pool, platforms, strict=True)
        if platform is not None and is_platform(platform, wanted)
    ]
    if matching:
        return matching
    if asked:
        raise nothing_like(
            f"{where} has no image for {asked}; it has:", map(_shown, pool)
        )
    raise nothing_like(
        f"{where} has images for several platforms; choose one with --platform:",
        map(_shown, pool),
    )


def _normal(platform: Platform) -> Platform:
    system, architecture, variant = platform
    architecture = _ARCHITECTURES.get(architecture, architecture)
    usual = _VARIANTS.get(architecture, "")
    return Platform(system, architecture, variant or usual)
