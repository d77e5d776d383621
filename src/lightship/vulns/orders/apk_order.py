"""apk's order (apk-package(5), version.c of apk-tools).

`_alpha _beta _pre _rc` are before the end, `_cvs _svn _git _hg _p` after it; `-r1` comes last.
"""

from __future__ import annotations

import re

from lightship.vulns.orders.key import Key

_EARLY = ("alpha", "beta", "pre", "rc")
_LATE = ("cvs", "svn", "git", "hg", "p")
_SUFFIX = f"_(?:{'|'.join((*_EARLY, *_LATE))})"
_VERSION = re.compile(
    rf"[0-9]+(?:\.[0-9]+)*[a-z]?(?:{_SUFFIX}[0-9]*)*(?:~[0-9a-f]+)?(?:-r[0-9]+)?"
)
_TOKEN = re.compile(rf"\.?[0-9]+|~[0-9a-f]+|-r[0-9]+|{_SUFFIX}|[a-z]")
_BEFORE, _END, _REVISION, _HASH, _COUNT, _AFTER, _LETTER, _DIGITS = range(8)


def apk_key(version: str) -> Key:
    """The key of a version of apk."""
    if not _VERSION.fullmatch(version):
        raise ValueError(version)
    first, *tokens = _TOKEN.findall(version)
    return (int(first), *map(_token, tokens), (_END,))


def _token(text: str) -> Key:
    start = text[0]
    if start == ".":
        return (_DIGITS, _digits(text[1:]))
    if start == "~":
        return (_HASH, text[1:])
    if start == "-":
        return (_REVISION, int(text[2:]))
    if start == "_":
        return _suffix(text[1:])
    return (_COUNT, int(text)) if text.isdigit() else (_LETTER, text)


def _digits(text: str) -> Key:
    """Digits with a leading zero are compared as text, and are before all others."""
    return (0, text) if text.startswith("0") else (1, int(text))


def _suffix(word: str) -> Key:
    if word in _EARLY:
        return (_BEFORE, _EARLY.index(word))
    return (_AFTER, _LATE.index(word))
