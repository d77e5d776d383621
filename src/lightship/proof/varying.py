"""Texts that differ by themselves, as pages with a time or a token do, compared by what stays.

What one version answers to one question several times has parts that are always there; the rest
varies. Another version's answer is the same where it has all that stays, in the same order. Where
only the order of words varies, as in a list from a set, the words are compared without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from lightship.record import record
from lightship.regex import regex

# To tell what two texts have in common costs their product
_MOST = 1_500  # words, or else lines, of a text
_WORD = regex(r"\w+|\s+|[^\w\s]")


@record
class StablePattern:
    """What all answers of one version have in common: parts in their order, any text between them.

    One part is a text that never varies. The first part begins the text and the last one ends it;
    either may be empty.
    """

    parts: tuple[str, ...]

    def matches(self, text: str) -> bool:
        """Whether a text has all parts in order: time is linear in its length for each part."""
        first, *rest = self.parts
        if not rest:
            return text == first
        *middle, last = rest
        if not text.startswith(first):
            return False

        place = len(first)
        for part in middle:
            place = text.find(part, place)
            if place < 0:
                return False
            place += len(part)
        return text.endswith(last) and len(text) - len(last) >= place

    @property
    def gaps(self) -> int:
        """How many places vary."""
        return len(self.parts) - 1


def stable_pattern(texts: Sequence[str]) -> StablePattern:
    """What several texts of one version have in common; `texts` is not empty."""
    first, *others = dict.fromkeys(texts)
    runs = [_pieces(first)]
    for other in others:
        runs = _common(runs, _pieces(other))
    return StablePattern(tuple("".join(run) for run in runs))


def is_same(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether two versions answer alike, as far as their answers do not vary by themselves."""
    old_words = _shuffled_words(before)
    new_words = _shuffled_words(after)
    is_known = old_words is not None and new_words is not None
    if is_known and (_varies(before) or _varies(after)):
        return old_words == new_words
    old = stable_pattern(before)
    new = stable_pattern(after)
    return all(map(old.matches, after)) or all(map(new.matches, before))


def _varies(texts: Sequence[str]) -> bool:
    return len({*texts}) > 1


def _shuffled_words(texts: Sequence[str]) -> list[str] | None:
    """The words of texts that differ by the order of their words alone; None for any others."""
    found: list[str] | None = None
    for text in {*texts}:
        words = sorted(_WORD.findall(text))
        if found is None:
            found = words
        if len(words) > _MOST or words != found:
            return None
    return found


def _pieces(text: str) -> list[str]:
    """Words, blanks and marks; lines where there are too many of them, else the whole."""
    words = _WORD.findall(text)
    if len(words) <= _MOST:
        return words
    lines = text.splitlines(keepends=True)
    return lines if len(lines) <= _MOST else [text]


def _common(runs: Sequence[list[str]], pieces: list[str]) -> list[list[str]]:
    """The runs of pieces that stay when a further text is compared; any text lies between two."""
    # No piece of a text is the empty one, so that a gap matches nothing
    known: list[str] = []
    for run in runs:
        known += [*run, ""]
    known.pop()

    matcher = SequenceMatcher(None, known, pieces, autojunk=False)
    common: list[list[str]] = [[]]
    known_end = pieces_end = 0
    for block in matcher.get_matching_blocks():
        if block.a > known_end or block.b > pieces_end:
            common.append([])
        common[-1] += known[block.a : block.a + block.size]
        known_end = block.a + block.size
        pieces_end = block.b + block.size
    return common
