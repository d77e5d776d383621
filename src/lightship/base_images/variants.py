"""Which releases of Debian and Alpine the official images come with, and which one a tag
means that names none.

Source: github.com/docker-library/official-images, `library/<name>`, of 2026-08-21. Only what is
built there still: the tag of a version that is no longer built stays on the image that it had
last. 3.15 of Python was a release candidate. Which exact versions came with a release is from the
history of these files.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from lightship.base_images.lifetimes import version_numbers
from lightship.base_images.reference import Reference
from lightship.record import record
from lightship.regex import regex

# Image; versions; releases, the first of which is that of the tag without one
_TABLE = """
    python    3.10 3.11 3.12 3.13 3.14 3.15 3   trixie bookworm alpine3.24 alpine3.23
    node      26                                trixie bookworm bullseye alpine3.24 alpine3.23
    node      22 24                             bookworm trixie bullseye alpine3.24 alpine3.23
    golang    1.26 1.27 1                       trixie bookworm alpine3.24 alpine3.23
    ruby      3.3 3.4 3 4.0 4                   trixie bookworm alpine3.24 alpine3.23
    rust      1.98 1   trixie bookworm bullseye alpine3.24 alpine3.23 alpine3.22 alpine3.21
    php       8.2 8.3 8.4 8.5 8                 trixie bookworm alpine3.24 alpine3.23
    perl      5.40 5.42 5.44 5                  trixie bookworm bullseye
    julia     1.10 1.11 1.12 1                  trixie bookworm
    postgres  14 15 16 17 18                    trixie bookworm alpine3.24 alpine3.23
    nginx     1.30 1.31 1                       trixie alpine3.24
    httpd     2.4 2                             trixie alpine3.24
    haproxy   2.6 2.8 3.0 3.2 3.3 3.4           trixie alpine3.24
    memcached 1.6 1                             trixie alpine3.24
"""
# Image; release; the first exact version of each line that came with it
_FIRST = """
    python    trixie      3.10.18 3.11.13 3.12.11 3.13.6 3.14.0
    python    bookworm    3.10.12 3.11.4 3.12.0 3.13.0 3.14.0
    python    alpine3.24  3.10.20 3.11.15 3.12.13 3.13.14 3.14.6
    python    alpine3.23  3.10.19 3.11.14 3.12.12 3.13.10 3.14.1
    node      trixie      22.18.0 24.5.0 26.0.0
    node      bookworm    22.0.0 24.0.0 26.0.0
    golang    bookworm    1.26.0
    ruby      bookworm    3.3.0 3.4.0 4.0.0
    php       bookworm    8.2.7 8.3.0 8.4.1 8.5.0
    postgres  bookworm    14.8 15.3 16.0 17.0 18.0
"""
_EXACT = regex(r"[0-9]+(?:\.[0-9]+)+")
# Of a tag, besides its version and release
_WORDS = regex(r"slim|threaded|cli|apache|fpm|zts|perl|otel")
# `24-trixie-slim`; the others have it last: `3.14-slim-trixie`
_RELEASE_SECOND = frozenset(("node", "nginx"))


@record
class Unnamed:
    """A tag that names no release: what it means today, and the tag that says so."""

    release: str
    tag: str


@cache
def _rows() -> dict[tuple[str, str], tuple[str, ...]]:
    """Image and version to its releases."""
    by_version: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in _TABLE.strip().splitlines():
        name, *words = row.split()
        versions = list(filter(_is_version, words))
        releases = tuple(words[len(versions) :])
        for version in versions:
            by_version[name, version] = releases
    return by_version


def _is_version(word: str) -> bool:
    return word[0].isdigit()


@cache
def _first() -> dict[tuple[str, str, str], tuple[int, ...]]:
    """Image, line and release to the first exact version that came with it."""
    first_versions: dict[tuple[str, str, str], tuple[int, ...]] = {}
    for row in _FIRST.strip().splitlines():
        name, release, *versions = row.split()
        for version in versions:
            line = _line(name, version)
            first_versions[name, line, release] = version_numbers(version)
    return first_versions


def releases_of(name: str, version: str) -> tuple[str, ...]:
    """The releases that an official image of that version comes with: `trixie`, `alpine3.24`.

    Nothing where unknown.

    An exact version, `3.11.3`, has only those that were there when it was the newest: not bookworm.
    """
    rows = _rows()
    releases = rows.get((name, version))
    if releases is not None:
        return releases
    if not _EXACT.fullmatch(version):
        return ()

    line = _line(name, version)
    numbers = version_numbers(version)
    first = _first()
    there: list[str] = []
    for release in rows.get((name, line), ()):
        since = first.get((name, line, release))
        if since is not None and since <= numbers:
            there.append(release)
    return tuple(there)


def versions_of(name: str) -> list[str]:
    """The versions that an official image is built for; nothing where unknown."""
    return [version for image, version in _rows() if image == name]


def newest_of(name: str, line: str) -> str | None:
    """The newest exact version of a line that is known to be there with all its releases."""
    newest: tuple[int, ...] = ()
    for (image, own_line, _), numbers in _first().items():
        if image == name and own_line == line:
            newest = max(newest, numbers)
    if not newest:
        return None
    return ".".join(map(str, newest))


def _line(name: str, version: str) -> str:
    parts = version.split(".")
    length = _depth(name) + 1
    return ".".join(parts[:length])


def _depth(name: str) -> int:
    """How many dots the name of a line of releases has: `3.13` of Python, `24` of Node."""
    dots = [version.count(".") for image, version in _rows() if image == name]
    return max(dots, default=9)


def unnamed(image: Reference) -> Unnamed | None:
    """What a moving tag of an official image means that names no Debian release.

    None for any other image.

    The tag of one exact version, `3.13.5`, moves to a new Debian only while that version is the
    newest.
    """
    if not image.official or image.digest:
        return None
    version, *words = image.tag.split("-")
    if not all(map(_WORDS.fullmatch, words)):
        return None
    releases = _rows().get((image.name, version))
    if releases is None:
        return None

    usual = releases[0]
    named = with_release(image.name, version, words, usual)
    return Unnamed(usual, named)


def with_release(name: str, version: str, words: Sequence[str], release: str) -> str:
    """A tag of an official image that names its release: `3.14-slim-trixie`, `24-trixie-slim`."""
    parts = [version, *words]
    if name in _RELEASE_SECOND:
        parts.insert(1, release)
    else:
        parts.append(release)
    return "-".join(parts)
