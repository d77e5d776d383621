"""Tags of official images taken apart, and which others the same image is published under.

Only what the tables know: the versions and releases of `variants.py`, the ends of life of
`lifetimes.py`. The slim images are those of `full.py`, and Debian's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum

from lightship.base_images.distributions import distribution_of
from lightship.base_images.floating import floating
from lightship.base_images.lifetimes import (
    Release,
    official_name,
    parts,
    supported,
    version_numbers,
)
from lightship.base_images.newest_tags import newest_tag
from lightship.base_images.reference import Reference
from lightship.base_images.variants import (
    releases_of,
    versions_of,
    with_release,
)
from lightship.record import record
from lightship.regex import regex


class ImageKind(StrEnum):
    """What an official image brings beside its own program, the least first."""

    ALPINE = "alpine"
    SLIM = "slim"
    FULL = "full"


_SLIM_TOO = frozenset({"python", "node"})
_DISTRIBUTIONS = {"debian": "Debian", "ubuntu": "Ubuntu", "alpine": "Alpine"}
# What the first word of a tag may name, beside the kind and the release
_PRODUCTS = {"python": "Python", "node": "Node"}
_VERSION = regex(r"[0-9]+(?:\.[0-9]+){0,2}")
_ALPINE = regex(r"alpine(?:[0-9]+\.[0-9]+)?")
_CODENAMES = frozenset("jessie stretch buster bullseye bookworm trixie".split())
_OTHER_SYSTEMS = ("windows", "nanoserver", "onbuild")
_MOST_WORDS = 8


@record
class OfficialTag:
    """The parts of a tag of an official image: `3.13-slim-bookworm`.

    `release` is a codename of Debian, or `alpine3.24`; empty where the tag names none. `words` are
    those that say which build of the program it is: `fpm` of php.
    """

    name: str
    version: str
    kind: ImageKind
    release: str = ""
    words: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The version without the numbers that change with each bug that is fixed."""
        dots = {"python": 2, "node": 1}.get(self.name, 9)
        return ".".join(self.version.split(".")[:dots])

    @property
    def text(self) -> str:
        """The tag as it is written."""
        words = self.words
        if self.kind is ImageKind.SLIM:
            words = (*words, "slim")
        if not self.release:
            return "-".join((self.version, *words))
        return with_release(self.name, self.version, words, self.release)


def read_official_tag(image: Reference, day: date) -> OfficialTag | None:
    """The tag of an image; None for an image of others, and for what the tables do not know.

    `latest` and what else moves from version to version is read as what it means on that day.
    """
    moving = floating(image, day)
    if moving is not None:
        image = replace(image, tag=moving.pinned)
    name = official_name(image)
    if name is None or any(word in image.tag for word in _OTHER_SYSTEMS):
        return None
    words = (image.tag or "latest").split("-")
    if len(words) > _MOST_WORDS:
        return None
    if name in _DISTRIBUTIONS:
        return _of_distribution(image, name, words)
    if not versions_of(name):
        return None

    version = words[0]
    if _VERSION.fullmatch(version):
        return _of_words(name, version, words[1:])
    newest = newest_tag(image, day)
    if newest is None:
        return None
    if version == "latest":
        return _of_words(name, newest, words[1:])
    return _of_words(name, newest, words) if _says_how(version) else None


def _says_how(word: str) -> bool:
    """Whether a word of a tag names its kind or its release."""
    return word == "slim" or word in _CODENAMES or _ALPINE.fullmatch(word) is not None


def _of_words(name: str, version: str, words: list[str]) -> OfficialTag | None:
    """With what the words after the version say."""
    kind = ImageKind.FULL
    release = ""
    others: list[str] = []
    for word in words:
        if word == "slim" and name in _SLIM_TOO:
            kind = ImageKind.SLIM
        elif _ALPINE.fullmatch(word):
            kind = ImageKind.ALPINE
            release = "" if word == "alpine" else word
        elif word in _CODENAMES:
            release = word
        else:
            others.append(word)
    return OfficialTag(name, version, kind, release, tuple(others))


def _of_distribution(
    image: Reference, name: str, words: list[str]
) -> OfficialTag | None:
    release = distribution_of(image)
    if release is None or words[1:] not in ([], ["slim"]):
        return None
    kind = ImageKind.FULL
    if words[1:]:
        kind = ImageKind.SLIM
    if name == "alpine":
        kind = ImageKind.ALPINE
    return OfficialTag(name, words[0], kind)


def other_tags(image: Reference, tag: OfficialTag, day: date) -> Iterator[OfficialTag]:
    """The other tags of an official image that get fixes on that day, in no order.

    They are of the same version or a newer one, on the same release of Debian or the newest, and on
    the newest Alpine. They bring as much, or less; a slim image stands beside one on Alpine.
    """
    if tag.name in _DISTRIBUTIONS:
        yield from _later_distributions(image, tag, day)
        return
    own = distribution_of(image)
    for version in _versions(tag, day):
        debians, alpines = _releases(tag.name, version, day)
        for release in _of_own_or_newest(debians, own):
            for kind in _kinds(tag):
                codename = release.codename
                yield replace(tag, version=version, kind=kind, release=codename)
        if alpines and not tag.words:
            newest = f"alpine{alpines[-1].version}"
            yield replace(tag, version=version, kind=ImageKind.ALPINE, release=newest)


def _of_own_or_newest(
    releases: list[Release], own: Release | None
) -> Iterator[Release]:
    """Of releases, the oldest first, the one that an image is on now, and the newest."""
    for release in releases:
        if release == own or release == releases[-1]:
            yield release


def _is_before(release: Release, other: Release) -> bool:
    return version_numbers(release.version) < version_numbers(other.version)


def _kinds(tag: OfficialTag) -> tuple[ImageKind, ...]:
    """The kinds on Debian that bring no more than the image does."""
    if tag.name not in _SLIM_TOO:
        return (ImageKind.FULL,)
    if tag.kind is ImageKind.FULL:
        return ImageKind.SLIM, ImageKind.FULL
    return (ImageKind.SLIM,)


def _versions(tag: OfficialTag, day: date) -> Iterator[str]:
    """The version itself, and the newer ones of its kind whose end is known."""
    product = _PRODUCTS.get(tag.name)
    if product is None:
        yield tag.version
        return
    own = version_numbers(tag.line)
    for release in supported(product, day):
        numbers = version_numbers(release.version)
        is_interim = tag.name == "node" and numbers[0] % 2 == 1
        is_ported = tag.name == "python" and numbers[0] != own[0]
        if not is_interim and not is_ported and numbers >= own:
            yield release.version


def _releases(
    name: str, version: str, day: date
) -> tuple[list[Release], list[Release]]:
    """The supported releases of Debian and of Alpine that a version comes with."""
    built = releases_of(name, version)
    debians = [item for item in supported("Debian", day) if item.codename in built]
    alpines = [
        item for item in supported("Alpine", day) if f"alpine{item.version}" in built
    ]
    return debians, alpines


def _later_distributions(
    image: Reference, tag: OfficialTag, day: date
) -> Iterator[OfficialTag]:
    own = distribution_of(image)
    if own is None:
        return
    kinds = [tag.kind]
    if tag.name == "debian" and tag.kind is ImageKind.FULL:
        kinds.append(ImageKind.SLIM)
    for release in supported(own.product, day):
        if _is_before(release, own) or _is_interim(release):
            continue
        version = release.codename if tag.name == "debian" else release.version
        for kind in kinds:
            yield replace(tag, version=version, kind=kind)


def _is_interim(release: Release) -> bool:
    """Whether it is an Ubuntu without long-term support."""
    if release.product != "Ubuntu":
        return False
    year, _, month = release.version.partition(".")
    return int(year) % 2 == 1 or month != "04"


def releases_in(image: Reference) -> tuple[Release, ...]:
    """The releases that an image is made of, as far as they are known: its own, its system's."""
    named = [part.release for part in parts(image)]
    system = distribution_of(image)
    if system is not None and system not in named:
        named.append(system)
    return tuple(named)
