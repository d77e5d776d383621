"""Words taken out of a command, or put at its end, in shell form and in exec form alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.facts.edits.runs import after_word, takes_words
from lightship.shell.commands import Script, Word
from lightship.text import Edit, Span


def without(
    build: Build, script: Script, words: Sequence[Word], unwanted: Collection[Word]
) -> tuple[Edit, ...] | None:
    """Take `unwanted` out of `words`, which stand one behind the other; None where that would take more with it.

    The first word, the command, stays. What separates a word from the one before it goes too.
    """
    places = {word.span for word in unwanted}
    edits: list[Edit] = []
    if not takes_words(script):
        return None
    for word, before in zip(words[1:], words, strict=False):
        if word.span not in places:
            continue
        gap = Span(before.span.end, word.span.start)
        if (
            gap.of(build.dockerfile.text).strip(f" \t\r\n,{build.dockerfile.escape}")
            or gap.start > gap.end
        ):
            return None
        span = Span(gap.start, word.span.end)
        if holds_comment(build.dockerfile, span):
            return None
        edits.append(Edit.delete(span))
    return tuple(edits) if len(edits) == len(places) else None


def at_end(
    script: Script, words: Sequence[Word], *added: str
) -> tuple[Edit, ...] | None:
    """Put `added` behind the last of `words`, each a plain word."""
    if not takes_words(script) or not words:
        return None
    text = "".join(after_word(script, words[-1], each).text for each in added)
    return (Edit.insert(words[-1].span.end, text),)


def inside(word: Word, old: str, new: str) -> Edit | None:
    """Write `new` for `old`, where that stands in a word just once and as it is."""
    at = word.text.find(old)
    is_whole = word.span.end - word.span.start == len(
        word.text
    )  # no continuation in it
    if at < 0 or not is_whole or word.text.count(old) > 1:
        return None
    start = word.span.start + at
    return Edit.replace(Span(start, start + len(old)), new)
