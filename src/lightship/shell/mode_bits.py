"""What chmod makes of a mode: octal digits, or `u=rwX,go-w` (POSIX.1-2024, `chmod`)."""

from __future__ import annotations

from lightship.regex import regex

_CLAUSE = regex(r"(?P<who>[ugoa]*)(?P<changes>(?:[+=-][rwxXstugo]*)+)")
_CHANGE = regex(r"(?P<operator>[+=-])(?P<letters>[rwxXstugo]*)")
_BITS = {"r": 0o444, "w": 0o222, "x": 0o111}
_WHO = {"u": 0o4700, "g": 0o2070, "o": 0o1007}
_SHIFT = {"u": 6, "g": 3, "o": 0}
_UMASK = 0o022  # of a RUN


def octal(text: str) -> int | None:
    """The mode that digits name; None where they are none."""
    if not text or len(text) > 5:
        return None
    if text.strip("01234567"):
        return None
    return int(text, 8)


def changed(mode: int, text: str, directory: bool = False) -> int | None:
    """The mode after `chmod text`; None where that is not known."""
    digits = octal(text)
    if digits is not None:
        return digits
    for clause in text.split(","):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            return None
        who = match["who"]
        mask = _mask(who)
        for change in _CHANGE.finditer(match["changes"]):
            bits = _bits(mode, change["letters"], directory) & mask
            if not who:
                bits &= ~_UMASK
            if change["operator"] == "+":
                mode |= bits
            elif change["operator"] == "-":
                mode &= ~bits
            else:
                mode = (mode & ~(mask & 0o777)) | bits
    return mode


def _mask(who: str) -> int:
    """The bits that a clause may change."""
    if not who or "a" in who:
        who = "ugo"
    return sum(_WHO[letter] for letter in set(who))


def _bits(mode: int, letters: str, directory: bool) -> int:
    """The bits that letters stand for, for everyone."""
    bits = 0
    for letter in letters:
        if letter in _SHIFT:  # as those of the user, the group or others are now
            bits |= (mode >> _SHIFT[letter] & 0o7) * 0o111
        elif letter == "X":
            bits |= 0o111 if directory or mode & 0o111 else 0
        else:
            bits |= _BITS.get(letter, 0)
    return bits
