"""Maven's order, by its Version Order Specification (maven.apache.org/pom.html).

Tokens are split at dots, hyphens, and between digits and letters, which counts as a hyphen. What
is nothing (`0`, `ga`, `final`, `release`) is left out at the end, and before each hyphen. So a zero
that is left is before a number that is not, and a version that ends there is before it: a mark at
the end is all that an order needs.
"""

from __future__ import annotations

import re

from lightship.vulns.orders.key import Key

_TOKEN = re.compile(r"([.-]?)([0-9]+|[^0-9.-]+|(?=[.-]))")
_DIGITS = "0123456789"  # no others are numbers
_BEFORE, _END, _AFTER, _NUMBER_OF_HYPHEN, _NUMBER = range(5)
_QUALIFIERS = {
    "alpha": (_BEFORE, 0),
    "beta": (_BEFORE, 1),
    "milestone": (_BEFORE, 2),
    "rc": (_BEFORE, 3),
    "cr": (_BEFORE, 3),
    "snapshot": (_BEFORE, 4),
    "ga": (_END,),
    "final": (_END,),
    "release": (_END,),
    "sp": (_AFTER, 0),
}
_SHORT = {"a": "alpha", "b": "beta", "m": "milestone"}  # right before a number
_NOTHING = ((_END,), (_NUMBER, 0), (_NUMBER_OF_HYPHEN, 0))


def maven_key(version: str) -> Key:
    """The key of a version of Maven: any text is one that can be printed and has no space."""
    if not version or not version.isprintable() or " " in version:
        raise ValueError(version)
    kept: list[Key] = []
    for is_hyphen, token in _tokens(version.lower()):
        if is_hyphen:
            _trim(kept)
        kept.append(token)
    _trim(kept)
    return (*kept, (_END,))


def _tokens(text: str) -> list[tuple[bool, Key]]:
    """Each token, and whether it follows a hyphen; a qualifier always does."""
    matches = list(_TOKEN.finditer(text))
    tokens: list[tuple[bool, Key]] = []
    for at, match in enumerate(matches):
        separator, word = match.groups()
        if not word or word[0] in _DIGITS:
            is_hyphen = separator == "-" or (not separator and at > 0)
            rank = _NUMBER_OF_HYPHEN if is_hyphen else _NUMBER
            number = int(word or "0")
            tokens.append((is_hyphen, (rank, number)))
            continue
        if _is_before_number(matches, at):
            word = _SHORT.get(word, word)
        tokens.append((True, _qualifier(word)))
    return tokens


def _is_before_number(matches: list[re.Match[str]], at: int) -> bool:
    """Whether a number follows a token, with nothing between them."""
    if at + 1 == len(matches):
        return False
    separator, word = matches[at + 1].groups()
    return not separator and word.isdigit()


def _qualifier(word: str) -> Key:
    """One that nobody knows is after those that are known, by its letters."""
    return _QUALIFIERS.get(word, (_AFTER, 1, word))


def _trim(kept: list[Key]) -> None:
    while kept and kept[-1] in _NOTHING:
        kept.pop()
