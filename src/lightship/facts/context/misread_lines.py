"""A line of an ignore file that does not take what it was written for, and what it would take."""

from __future__ import annotations

from lightship.context.ignore import Ignore
from lightship.context.patterns import IgnorePattern
from lightship.facts.context.ignore_file import IgnoreFile
from lightship.record import record


@record
class Misread:
    """A pattern, and the words in which it would take what was meant.

    `tops` are the topmost paths that it would take, `files` all that is now sent and would be left
    out (for `!`: the other way round). `written` is whether programs are known to write all of it,
    rather than people; `derived` whether it is all caches, which are made again without anyone
    noticing; `heavy` whether they are many, or change without the program.
    """

    pattern: IgnorePattern
    text: str
    tops: tuple[str, ...]
    files: frozenset[str]
    written: bool = False
    derived: bool = False
    heavy: bool = False


def with_text(file: IgnoreFile, pattern: IgnorePattern, text: str) -> Ignore:
    """The ignore file with other words in the place of a pattern."""
    line = text
    if pattern.negated:
        line = f"!{text}"
    [changed] = Ignore.of([line]).patterns

    patterns: list[IgnorePattern] = []
    for other in file.ignore.patterns:
        is_it = other is pattern
        kept = changed if is_it else other
        patterns.append(kept)
    return Ignore(tuple(patterns))
