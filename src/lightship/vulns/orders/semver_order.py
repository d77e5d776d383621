"""The order of Semantic Versioning 2.0.0, and NuGet's, which has four numbers and no case.

Records also write `1` and `1.2`, and Go's versions start with `v` or `go`.
"""

from __future__ import annotations

import re

from lightship.vulns.orders.key import Key

_VERSION = re.compile(
    r"(?:v|go)?([0-9]+(?:\.[0-9]+){0,3})(?:-([0-9A-Za-z.-]+))?(?:\+.*)?", re.DOTALL
)
_NUMBERS = 4
_RELEASE = (1,)


def semver_key(version: str) -> Key:
    """The key of a version of npm, Go or crates.io."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(version)
    numbers = [int(number) for number in match[1].split(".")]
    numbers += [0] * (_NUMBERS - len(numbers))
    return (*numbers, _prerelease(match[2]))


def nuget_key(version: str) -> Key:
    """The key of a version of NuGet."""
    return semver_key(version.lower())


def _prerelease(text: str | None) -> Key:
    """A prerelease is before its release."""
    if text is None:
        return _RELEASE
    return (0, *map(_identifier, text.split(".")))


def _identifier(text: str) -> Key:
    return (0, int(text)) if text.isdigit() else (1, text)
