"""RubyGems' order (Gem::Version): words are before numbers, and zeros at an end say nothing."""

from __future__ import annotations

import re

from lightship.vulns.orders.key import Key

_VERSION = re.compile(
    r"[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_SEGMENT = re.compile(r"[0-9]+|[a-zA-Z]+")
_WORD, _END, _NUMBER = range(3)


def gem_key(version: str) -> Key:
    """The key of a version of RubyGems."""
    if not _VERSION.fullmatch(version):
        raise ValueError(version)
    segments = _SEGMENT.findall(version.replace("-", ".pre."))
    cut = _first_word(segments)
    release = _trimmed(segments[:cut])
    prerelease = _trimmed(segments[cut:])
    keys = map(_segment, release + prerelease)
    return (*keys, (_END,))


def _first_word(segments: list[str]) -> int:
    """Where the first word is, with which a prerelease begins; the end without any."""
    for at, segment in enumerate(segments):
        if segment.isalpha():
            return at
    return len(segments)


def _trimmed(segments: list[str]) -> list[str]:
    """Without the zeros at the end."""
    end = len(segments)
    while end and not segments[end - 1].strip("0"):
        end -= 1
    return segments[:end]


def _segment(text: str) -> Key:
    if text.isalpha():
        return (_WORD, text)
    return (_NUMBER, int(text))
