"""rpm's order (rpm-version(7)): epoch, version, release, each cut into numbers and words.

`~` is before the end, the end before `^`, that before words, and words before numbers. Any other
character only separates.
"""

from __future__ import annotations

import re

from lightship.vulns.orders.key import Key

_SEGMENT = re.compile(r"[0-9]+|[a-zA-Z]+|[~^]")
_TILDE, _END, _CARET, _WORD, _NUMBER = range(5)


def rpm_key(version: str) -> Key:
    """The key of `[epoch:]version[-release]`; no epoch is 0."""
    epoch, rest = _epoch(version)
    is_number = epoch.isascii() and epoch.isdigit()
    if not is_number or not rest:
        raise ValueError(version)
    upstream, _, release = rest.partition("-")
    return int(epoch), label_key(upstream), label_key(release)


def _epoch(version: str) -> tuple[str, str]:
    epoch, colon, rest = version.partition(":")
    return (epoch, rest) if colon else ("0", version)


def label_key(label: str) -> Key:
    """The key of a version or a release alone."""
    segments = _SEGMENT.findall(label)
    return (*map(_segment, segments), (_END,))


def _segment(text: str) -> Key:
    if text == "~":
        return (_TILDE,)
    if text == "^":
        return (_CARET,)
    if text.isdigit():
        return (_NUMBER, int(text))
    return (_WORD, text)
