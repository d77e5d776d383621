"""Go's `path/filepath` on slashes: `Clean`, and `Match`, by which COPY and ADD pick their sources.

Source: path/filepath/match.go and internal/filepathlite/path.go of Go 1.27 (Unix). Matching works
on bytes, as in Go.
"""

from __future__ import annotations

from functools import lru_cache

from lightship.regex import regex
from lightship.text import encode

_SLASH, _STAR, _ESCAPE = b"/*\\"
_OPEN, _CLOSE, _NOT, _DASH, _ANY = b"[]^-?"
_INVALID = (0xFFFD, 1)
_UNCLEAN = regex(r"/\.{0,2}(?:/|$)")


class BadPatternError(Exception):
    """Go's ErrBadPattern; it never leaves this package."""


def clean(path: str) -> str:
    """`filepath.Clean`: the shortest equal path.

    `.` when nothing is left, `..` stays only at the start.
    """
    # Nearly all paths are clean already
    if path and path[0] != "." and not _UNCLEAN.search(path):
        return path

    rooted = path.startswith("/")
    parts: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".." or not rooted:
            parts.append(part)
    return ("/" if rooted else "") + "/".join(parts) or "."


def has_wildcards(path: str) -> bool:
    """Whether COPY looks for files that match, instead of taking the path as it is (fsutil's
    `containsWildcards`).
    """
    if "*" not in path and "?" not in path and "[" not in path:
        return False
    if "\\" not in path:
        return True

    at = 0
    while at < len(path):
        if path[at] in "*?[":
            return True
        at += 2 if path[at] == "\\" else 1
    return False


def is_bad_pattern(pattern: str) -> bool:
    """Whether `filepath.Match` refuses the pattern for the name `.`, which is how
    .dockerignore is checked.
    """
    try:
        matches(pattern, ".")
    except BadPatternError:
        return True
    return False


def matches(pattern: str, name: str) -> bool:
    """`filepath.Match`: the whole of `name`, no wildcard passes a slash. Raises BadPatternError."""
    rest, subject = encode(pattern), encode(name)
    while rest:
        star, chunk, rest = _scan_chunk(rest)
        if star and not chunk:
            return b"/" not in subject
        found = _find(chunk, subject, star, last=not rest)
        if found is None:
            return False
        subject = found
    return not subject


def _find(chunk: bytes, subject: bytes, star: bool, last: bool) -> bytes | None:
    """What is left of `subject` after the first place where `chunk` matches.

    Without a star only its start counts.
    """
    tail = _match_chunk(chunk, subject)
    if tail is not None and not (last and tail):
        return tail
    if star:
        for at, byte in enumerate(subject):
            if byte == _SLASH:
                break
            tail = _match_chunk(chunk, subject[at + 1 :])
            if tail is not None and not (last and tail):
                return tail
    return None


@lru_cache(maxsize=1024)
def _scan_chunk(pattern: bytes) -> tuple[bool, bytes, bytes]:
    """(whether stars come first, the pattern up to the next star, the rest)."""
    chunk = pattern.lstrip(b"*")
    star = len(chunk) < len(pattern)
    in_class, at = False, 0
    while at < len(chunk):
        byte = chunk[at]
        if byte == _ESCAPE and at + 1 < len(chunk):
            at += 1
        elif byte == _OPEN:
            in_class = True
        elif byte == _CLOSE:
            in_class = False
        elif byte == _STAR and not in_class:
            return star, chunk[:at], chunk[at:]
        at += 1
    return star, chunk, b""


def _match_chunk(chunk: bytes, subject: bytes) -> bytes | None:
    """The rest of `subject` after `chunk`, None where it does not match.

    The whole chunk's syntax is checked.
    """
    at, place, failed = 0, 0, False
    while at < len(chunk):
        failed = failed or place >= len(subject)
        byte = chunk[at]
        if byte == _OPEN:
            rune, width = (0, 0) if failed else _rune(subject, place)
            place += width
            at, found = _match_class(chunk, at + 1, rune)
            failed = failed or not found
            continue
        if byte == _ANY:
            if not failed:
                failed = subject[place] == _SLASH
                place += _rune(subject, place)[1]
        else:
            at += byte == _ESCAPE
            if at >= len(chunk):
                raise BadPatternError
            failed = failed or chunk[at] != subject[place]
            place += 1
        at += 1
    return None if failed else subject[place:]


def _match_class(chunk: bytes, at: int, rune: int) -> tuple[int, bool]:
    """`[` [`^`] range+ `]`, after its bracket: (offset after it, whether it holds `rune`)."""
    negated = at < len(chunk) and chunk[at] == _NOT
    at += negated
    found, count = False, 0
    while not (at < len(chunk) and chunk[at] == _CLOSE and count):
        low, at = _class_rune(chunk, at)
        high = low
        if chunk[at] == _DASH:
            high, at = _class_rune(chunk, at + 1)
        found = found or low <= rune <= high
        count += 1
    return at + 1, found != negated


def _class_rune(chunk: bytes, at: int) -> tuple[int, int]:
    """One character of a class, perhaps escaped: (character, offset after it).

    Something must follow it.
    """
    if at >= len(chunk) or chunk[at] in (_DASH, _CLOSE):
        raise BadPatternError
    at += chunk[at] == _ESCAPE
    if at >= len(chunk):
        raise BadPatternError
    rune, width = _rune(chunk, at)
    if (rune, width) == _INVALID or at + width >= len(chunk):
        raise BadPatternError
    return rune, at + width


def _rune(data: bytes, at: int) -> tuple[int, int]:
    """`utf8.DecodeRune`: (character, width); an invalid byte is U+FFFD of width 1."""
    first = data[at]
    if first < 0x80:
        return first, 1
    if 0xC2 <= first < 0xE0:
        width = 2
    elif 0xE0 <= first < 0xF0:
        width = 3
    elif 0xF0 <= first < 0xF5:
        width = 4
    else:
        width = 1
    try:
        return ord(data[at : at + width].decode()), width
    except (UnicodeDecodeError, TypeError):
        return _INVALID
