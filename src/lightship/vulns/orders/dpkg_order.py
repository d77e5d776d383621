"""dpkg's order (deb-version(7)): epoch, then upstream version, then revision.

A part is read as text and number in turn. In text `~` is before the end, the end before letters,
and letters before all else.
"""

from __future__ import annotations

import re

from lightship.vulns.orders.key import Key

_PAIRS = re.compile(r"([^0-9]*)([0-9]*)", re.ASCII)
_EPOCH = re.compile(r"[0-9]+", re.ASCII)
_END = ((0,), 0)
_AFTER_LETTERS = 256


def dpkg_key(version: str) -> Key:
    """The key of a version of deb."""
    epoch, colon, rest = version.partition(":")
    if not colon:
        epoch, rest = "0", version
    if not _EPOCH.fullmatch(epoch) or not rest or not rest.isascii():
        raise ValueError(version)
    upstream, dash, revision = rest.rpartition("-")
    if not dash:
        upstream, revision = rest, ""
    return int(epoch), _part(upstream), _part(revision)


def _part(text: str) -> Key:
    """No text is `0`: so is a revision that is not there."""
    pairs = [
        (_letters(match[1]), int(match[2] or 0))
        for match in _PAIRS.finditer(text or "0")
        if match[0]
    ]
    return (*pairs, _END)


def _letters(text: str) -> Key:
    return (*map(_weight, text), 0)


def _weight(char: str) -> int:
    if char == "~":
        return -1
    return ord(char) if char.isalpha() else ord(char) + _AFTER_LETTERS
