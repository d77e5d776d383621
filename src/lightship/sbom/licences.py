"""Licences as packages state them -> SPDX expressions, where that is what they say.

What is neither an expression nor a name that a document defines stays in the package's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from license_expression import (
    ExpressionError,
    Licensing,
    ParseError,
    get_spdx_licensing,
)

from lightship.record import record
from lightship.regex import regex
from lightship.sbom.licence_names import KNOWN

_LONGEST = 500  # characters of what is read as an expression
_MOST_NAME = 200
_NOTHING = frozenset(("", "UNKNOWN", "NONE", "NOASSERTION"))
_JOINTS = regex(r"(?i)((?<!\s)\s++(?:and|or|with)\s+|[()])")
_SIMPLE = regex(r"[A-Za-z0-9.+-]+")


@record
class Licence:
    """`text` is an SPDX expression where `is_spdx`, else the words in which it was stated."""

    text: str
    is_spdx: bool

    @property
    def is_id(self) -> bool:
        """Whether it is one licence of SPDX' list."""
        return self.is_spdx and _SIMPLE.fullmatch(self.text) is not None


def licences(stated: Iterable[str]) -> tuple[Licence, ...]:
    """Each licence once, in the order in which they are stated."""
    found = (licence(" ".join(text.split())) for text in stated)
    return tuple(dict.fromkeys(each for each in found if each is not None))


@lru_cache(4096)
def licence(words: str) -> Licence | None:
    """One licence; None for words that say that there is none."""
    if words.upper() in _NOTHING:
        return None
    expression = _expression(words)
    if expression:
        return Licence(expression, is_spdx=True)
    is_long = len(words) > _MOST_NAME
    return Licence(words[:_MOST_NAME] + "…" if is_long else words, is_spdx=False)


def together(found: Iterable[Licence]) -> str:
    """One expression of all, which hold side by side; each is to be SPDX."""
    texts = [each.text for each in found]
    if len(texts) == 1:
        return texts[0]
    return " AND ".join(text if " " not in text else f"({text})" for text in texts)


def _expression(words: str) -> str:
    """The SPDX expression; empty where it is none."""
    if len(words) > _LONGEST:
        return ""
    translated = KNOWN.get(words.casefold()) or "".join(_translated(words))
    try:
        parsed = spdx_licensing().parse(translated, validate=True, strict=True)
    except (ExpressionError, ParseError, RecursionError):
        return ""
    text = "" if parsed is None else str(parsed)
    return "" if "LicenseRef-" in text else text


def _translated(words: str) -> Iterator[str]:
    """The words with the names that documents define as SPDX has them."""
    for part in _JOINTS.split(words):
        yield KNOWN.get(part.strip().casefold(), part)


@cache
def spdx_licensing() -> Licensing:
    """SPDX' list of licences. It is read once, which takes 0.1 s."""
    return get_spdx_licensing()
