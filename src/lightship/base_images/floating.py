"""Tags of official images that move to a new major or minor version, and which tag says it today.

What an image's tags mean is from github.com/docker-library/official-images, `library/<name>`, of
2026-08-21 (the table of variants.py); when releases of Python, Node and the distributions begin and
end is from lifetimes.py.
"""

from __future__ import annotations

from datetime import date

from lightship.base_images.lifetimes import official_name, supported
from lightship.base_images.reference import Reference
from lightship.base_images.variants import releases_of
from lightship.record import record

# A word of a tag that is no version: which build of the image it is
_VARIANTS = frozenset(
    """alpine slim bullseye bookworm trixie buster stretch jessie fpm apache cli zts
    perl otel onbuild windowsservercore nanoserver""".split()
)
# Their tag of one number goes on to the next minor version, which may break what runs on it
_MINOR_BREAKS = frozenset({"python"})
_CODENAMES_OF_DEBIAN = frozenset(
    "jessie stretch buster bullseye bookworm trixie".split()
)
_ALIASES = frozenset({"lts", "current", "stable", "mainline"})
_CODENAMES = {"stable": -1, "oldstable": -2}


@record
class Floating:
    """A tag that floats.

    `name` is that of the official image, `pinned` the tag that names a version in its place.
    """

    name: str
    pinned: str


def floating(image: Reference, today: date) -> Floating | None:
    """What a tag of an official image means today that moves from one version to the next.

    None for a tag that stays on a version, for `latest` and for what moves on purpose (`edge`,
    `sid`, `rolling`).
    """
    name = official_name(image)
    tag = image.tag
    if name is None or image.digest or not tag or tag == "latest":
        return None
    if "windows" in tag or "nanoserver" in tag:
        return None

    if name == "debian":
        return _of_debian(tag, today)
    first, *rest = tag.split("-")
    words = _variant_words(name, first, rest)
    if words is None:
        return None

    version = _version(image, name, first, today)
    if not version or not _exists(name, version, words):
        return None
    if first.isdigit() and first != version.partition(".")[0]:
        return None  # python:2 moves no more
    pinned = "-".join((version, *words))
    return Floating(name, pinned)


def _variant_words(name: str, first: str, rest: list[str]) -> list[str] | None:
    """The words of a tag that say which build of the image it is; None for one that stays."""
    words = rest
    if _is_variant(first):
        words = [first, *rest]
    elif first not in _ALIASES and not (first.isdigit() and name in _MINOR_BREAKS):
        return None
    return words if all(map(_is_variant, words)) else None


def _exists(name: str, version: str, words: list[str]) -> bool:
    """Whether the image is still built on the release that the tag names.

    The tag of another release stays on the image that it had last.
    """
    releases = releases_of(name, version)
    for word in words:
        is_release = word.startswith("alpine3.") or word in _CODENAMES_OF_DEBIAN
        if is_release and releases and word not in releases:
            return False
    return True


def _is_variant(word: str) -> bool:
    return word in _VARIANTS or word.startswith("alpine3.")


def _version(image: Reference, name: str, first: str, today: date) -> str:
    """The line of versions that a tag means today; empty where it is not known."""
    # Few tags are named like a release
    from lightship.base_images.newest_tags import newest_tag  # noqa: PLC0415

    if name == "node" and first == "lts":
        lines = [item for item in supported("Node", today) if item.codename]
        return lines[-1].version if lines else ""
    newest = newest_tag(image, today) or ""
    if name == "nginx" and first == "stable":
        return _stable(newest)
    return newest


def _stable(mainline: str) -> str:
    """The line of nginx with an even number: mainline has odd ones."""
    major, _, minor = mainline.partition(".")
    if not minor.isdigit():
        return ""
    return f"{major}.{int(minor) // 2 * 2}"


def _of_debian(tag: str, today: date) -> Floating | None:
    first, *rest = tag.split("-")
    at = _CODENAMES.get(first)
    if at is None or rest not in ([], ["slim"]):
        return None
    releases = supported("Debian", today)
    if len(releases) < -at:
        return None
    codename = releases[at].codename
    pinned = "-".join((codename, *rest))
    return Floating("debian", pinned)
