"""COPY and ADD that are written as a shell would read them, though none does."""

from __future__ import annotations

from lightship.dockerfile.tree import Instruction, Word
from lightship.regex import regex

# `||`, `&&`, `;`, `2>/dev/null`, `>`: a path that anybody copies is none of these
_OPERATOR = regex(r"\|\|?|&&|;|[0-9&]?>>?(?:&[0-9]|/dev/null)?")


def shell_words(instruction: Instruction) -> tuple[Word, ...]:
    """The words of a COPY or ADD from the first operator of a shell on; empty where it has none."""
    if instruction.heredocs:
        return ()
    words = instruction.args
    for at, word in enumerate(words):
        if at == 0:
            continue
        if _OPERATOR.fullmatch(word.text):
            return words[at:]
    return ()
