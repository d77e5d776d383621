"""Which old Debian an image has whose tag names none, and which is no longer built.

Such a tag is as it was built last: for an exact version before the next one came. The images of
Python and nginx moved to Debian 9 in 2017, to 10 in July 2019 and to 11 in August 2021 (history of
github.com/docker-library/official-images, library/python and library/nginx). Versions that ended
near one of these months are left out.
"""

from __future__ import annotations

from functools import cache

from lightship.base_images.lifetimes import Release, official_name, releases
from lightship.base_images.reference import Reference
from lightship.regex import regex

# Image; version; its release; the exact versions, by their last numbers
_EXACT = """
    python 2.7  buster  16-18
    python 3.5  buster  8-10
    python 3.6  buster  9-13
    python 3.6  stretch 6-7
    python 3.7  buster  4-10
    python 3.7  stretch 0-2
    python 3.8  buster  0-10
    python 3.9  buster  0-5
    nginx  1.13 stretch 5-12
    nginx  1.14 stretch 0-2
    nginx  1.15 stretch 0-12
    nginx  1.16 buster  1-1
    nginx  1.17 buster  4-10
    nginx  1.18 buster  0-0
    nginx  1.19 buster  0-10
    nginx  1.20 buster  0-0
"""
# The same of a version without a last number, where none of it is built any more
_LINES = """
    python buster  2 2.7 3.5
    python stretch 3.4
    nginx  stretch 1.13 1.14 1.15
    nginx  buster  1.16 1.17 1.18 1.19
"""
_TAG = regex(r"(?P<line>[0-9]+(?:\.[0-9]+)?)(?:\.(?P<last>[0-9]+))?(?:-(?:slim|perl))?")


def last_debian(image: Reference) -> Release | None:
    """The release of Debian, 9 or 10, that a tag without its name stands on; None if unknown."""
    name = official_name(image)
    if name not in ("python", "nginx"):
        return None
    match = _TAG.fullmatch(image.tag)
    if match is None:
        return None
    key = f"{name} {match['line']}"
    last = match["last"]
    if last is not None:
        key = f"{key}.{int(last)}"
    codename = _table().get(key)
    for release in releases("Debian"):
        if release.codename == codename:
            return release
    return None


@cache
def _table() -> dict[str, str]:
    """Codenames by image and version: `python 3.8.5`."""
    table: dict[str, str] = {}
    for row in _EXACT.strip().splitlines():
        name, line, codename, numbers = row.split()
        first, last = map(int, numbers.split("-"))
        for number in range(first, last + 1):
            table[f"{name} {line}.{number}"] = codename
    for row in _LINES.strip().splitlines():
        name, codename, *lines = row.split()
        for line in lines:
            table[f"{name} {line}"] = codename
    return table
