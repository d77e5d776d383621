"""How severe a flaw is: by its CVSS vector, or by the word of the database that has none.

Numbers of different versions of CVSS cannot be compared, so the rating is what counts. The newest
version that a record has is taken.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from lightship.record import record

_LONGEST = 500  # characters of a vector
_WORDS = {
    "critical": 5,
    "high": 4,
    "important": 4,  # Red Hat
    "moderate": 3,  # GitHub, Red Hat
    "medium": 3,
    "low": 2,
    "negligible": 1,  # Ubuntu
    "unimportant": 1,  # Debian
}
_UBUNTU = "Ubuntu"  # the type of a severity that is a word
_HIGH, _MEDIUM, _CRITICAL = 7.0, 4.0, 9.0


class Rating(IntEnum):
    """How severe, the higher the worse. UNKNOWN is for what nobody has rated."""

    UNKNOWN = 0
    NEGLIGIBLE = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @property
    def label(self) -> str:
        return self.name.lower()


@record
class RatedSeverity:
    """A rating, with the score and the vector that it is from where there is one."""

    rating: Rating = Rating.UNKNOWN
    score: float | None = None
    vector: str = ""


UNRATED = RatedSeverity()


def severity_order(severity: RatedSeverity) -> tuple[Rating, float]:
    """What severities are compared by."""
    return severity.rating, severity.score or 0.0


@lru_cache(1 << 14)
def rated(vectors: tuple[tuple[str, str], ...], word: str = "") -> RatedSeverity:
    """The severity that a record states; UNRATED where it states none that can be read."""
    for kind in ("CVSS_V4", "CVSS_V3", "CVSS_V2"):
        for stated, text in vectors:
            if stated == kind and (severity := _of_vector(text)) is not None:
                return severity
    words = [text for stated, text in vectors if stated == _UBUNTU]
    return rated_by_word(*words, word)


def rated_by_word(*words: str) -> RatedSeverity:
    """The rating that the first known word names."""
    for word in words:
        number = _WORDS.get(word.lower())
        if number:
            return RatedSeverity(Rating(number))
    return UNRATED


def _of_vector(vector: str) -> RatedSeverity | None:
    from cvss import CVSS2, CVSS3, CVSS4, CVSSError  # noqa: PLC0415 - an extra, 20 ms

    if len(vector) > _LONGEST:
        return None
    try:
        if vector.startswith("CVSS:4"):
            score = CVSS4(vector).base_score
        elif vector.startswith("CVSS:3"):
            score = CVSS3(vector).scores()[0]
        else:
            score = CVSS2(vector.strip("()")).scores()[0]
    except CVSSError:
        return None
    number = float(score)
    is_old = not vector.startswith("CVSS:")
    return RatedSeverity(_rating(number, is_old=is_old), number, vector)


def _rating(score: float, *, is_old: bool) -> Rating:
    """By the qualitative scale of FIRST; version 2 has no critical."""
    if score >= _CRITICAL and not is_old:
        return Rating.CRITICAL
    if score >= _HIGH:
        return Rating.HIGH
    if score >= _MEDIUM:
        return Rating.MEDIUM
    return Rating.LOW if score else Rating.NEGLIGIBLE
