"""Composer's order: its normal form (VersionParser), as PHP's version_compare orders it.

Four numbers, then `dev`, `alpha`, `beta`, `RC`, nothing, `patch`; a second `-dev` is before all
that follows. A branch (`dev-main`) has no place in the order.
"""

from __future__ import annotations

import re

from lightship.vulns.orders.key import Key

_VERSION = re.compile(
    r"v?([0-9]+(?:\.[0-9]+){0,3})"
    r"(?:[._-]?(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9]+)*))?"
    r"([.-]?dev)?(?:\+[!-~]*)?"
)
_NUMBER = re.compile(r"[0-9]+")
_NUMBERS = 4
_DEV, _ALPHA, _BETA, _CANDIDATE, _STABLE, _PATCH = range(6)
_STABILITIES = {
    "a": _ALPHA,
    "alpha": _ALPHA,
    "b": _BETA,
    "beta": _BETA,
    "p": _PATCH,
    "patch": _PATCH,
    "pl": _PATCH,
    "rc": _CANDIDATE,
    "stable": _STABLE,
}
_UNFINISHED, _END, _MORE = range(3)


def composer_key(version: str) -> Key:
    """The key of a version of Packagist."""
    match = _VERSION.fullmatch(version.lower())
    if match is None:
        raise ValueError(version)
    numbers = [int(number) for number in match[1].split(".")]
    numbers += [0] * (_NUMBERS - len(numbers))
    return (*numbers, *_stability(match[2] or "", match[3] or "", match[4]))


def _stability(word: str, numbers: str, dev: str | None) -> Key:
    rank = _STABILITIES.get(word, _STABLE)
    if rank == _STABLE:
        return (_DEV if dev else _STABLE, (_END, 0))
    more = [(_MORE, int(number)) for number in _NUMBER.findall(numbers)]
    return (rank, *more, (_UNFINISHED if dev else _END, 0))
