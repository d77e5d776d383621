"""Words taken out of a command or put at its end, in shell form and in exec form alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.facts.edits.runs import after_word, takes_words
from lightship.shell.commands import Script, Word
from lightship.text import Edit, Span

Edits = tuple[Edit, ...]


def without(
    build: Build,
    script: Script,
    words: Sequence[Word],
    unwanted: Collection[Word],
) -> Edits | None:
    """Take `unwanted` out of `words`, which follow one another.

    None where that would take more with it. The first word, the command, stays. What separates a
    word from the one before it goes too.
    """
    if not takes_words(script):
        return None

    places = {word.span for word in unwanted}
    edits: list[Edit] = []
    for before, word in pairwise(words):
        if word.span not in places:
            continue
        edit = _removal(build, before, word)
        if edit is None:
            return None
        edits.append(edit)

    # A word that is not among `words` cannot be taken out
    if len(edits) < len(places):
        return None
    return tuple(edits)


def _removal(build: Build, before: Word, word: Word) -> Edit | None:
    """Take out a word and the gap before it, if nothing else stands in there."""
    dockerfile = build.dockerfile
    start = before.span.end
    word_start, end = word.span
    if start > word_start:
        return None
    between = dockerfile.text[start:word_start]
    separators = f" \t\r\n,{dockerfile.escape}"
    if between.strip(separators):
        return None

    span = Span(start, end)
    if holds_comment(dockerfile, span):
        return None
    return Edit.delete(span)


def at_end(script: Script, words: Sequence[Word], *added: str) -> Edits | None:
    """Put `added` after the last of `words`, each a plain word."""
    if not words:
        return None
    if not takes_words(script):
        return None

    last = words[-1]
    end = last.span.end
    text = ""
    for word in added:
        edit = after_word(script, last, word)
        text += edit.text
    whole = Edit.insert(end, text)
    return (whole,)


def inside(word: Word, old: str, new: str) -> Edit | None:
    """Write `new` for `old`, where that stands in a word just once and as it is."""
    text = word.text
    if text.count(old) != 1:
        return None
    start, end = word.span
    # A continuation in the word makes it longer in the Dockerfile
    if end - start != len(text):
        return None

    start += text.index(old)
    end = start + len(old)
    span = Span(start, end)
    return Edit.replace(span, new)
