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
    words = [at for at, segment in enumerate(segments) if segment.isalpha()]
    cut = words[0] if words else len(segments)
    kept = (*_trimmed(segments[:cut]), *_trimmed(segments[cut:]))
    return (*map(_segment, kept), (_END,))


def _trimmed(segments: list[str]) -> list[str]:
    """Without the zeros at the end."""
    end = len(segments)
    while end and not segments[end - 1].strip("0"):
        end -= 1
    return segments[:end]


def _segment(text: str) -> Key:
    return (_WORD, text) if text.isalpha() else (_NUMBER, int(text))
