"""Lines of an ignore file without effect: undone by a later one, said twice, or an exception from nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.context.files import Context
from lightship.context.patterns import IgnorePattern
from lightship.facts.context.ignore_file import (
    EVERYTHING,
    IgnoreFile,
    files_at,
    ignore_file,
    is_literal,
    literal_part,
    takes,
)
from lightship.record import record
from lightship.regex import regex
from lightship.text import Span

_CLASS = frozenset("|^{}\\[]+$()")
_WILD = regex(r"[*?]+")
_ODD = frozenset("|^{}\\[]")  # Go's regular expressions may see more in them
_NOWHERE = Span(0, 0)
_BELOW = "lightship"  # a name of a file that there may be


@record
class Overridden:
    """A line that another one, `by`, undoes or says as well; `removed` are the lines that may go, else it is moved."""

    pattern: IgnorePattern
    by: IgnorePattern
    removed: tuple[IgnorePattern, ...] = ()

    @property
    def is_repeated(self) -> bool:
        return self.pattern.negated == self.by.negated


def overridden(build: Build) -> tuple[Overridden, ...]:
    """The lines that others undo, in the order of the file."""
    return build.once(_overridden)


def idle(build: Build) -> tuple[IgnorePattern, ...]:
    """The exceptions (`!`) from nothing: no line before them takes what they take."""
    file = ignore_file(build)
    if file is None:
        return ()
    known = {
        pattern
        for found in overridden(build)
        for pattern in (found.pattern, *found.removed)
    }
    return tuple(
        pattern
        for at, pattern in enumerate(file.ignore.patterns)
        if pattern.negated
        and pattern in file.plain
        and pattern not in known
        and _is_idle(file.ignore.patterns[:at], pattern)
    )


def _overridden(build: Build) -> tuple[Overridden, ...]:
    file, context = ignore_file(build), build.context
    if file is None or context is None:
        return ()
    found = (*_repeated(file), *_undone(file, context))
    return tuple(sorted(found, key=lambda each: each.pattern.span))


def _repeated(file: IgnoreFile) -> Iterator[Overridden]:
    """The second of two equal lines, with none of the other sign between them: what it takes is taken already."""
    seen: dict[str, IgnorePattern] = {}
    negated = False
    for pattern in file.plain:
        if pattern.negated != negated:
            seen, negated = {}, pattern.negated
        first = seen.setdefault(pattern.text, pattern)
        if first is not pattern:
            yield Overridden(pattern, first, (pattern,))


def _undone(file: IgnoreFile, context: Context) -> Iterator[Overridden]:
    for at, pattern in enumerate(file.plain):
        later = [
            each
            for each in file.plain[at + 1 :]
            if each.negated != pattern.negated and _covers(each, pattern)
        ]
        if later and not _has_effect(file, context, pattern):
            yield Overridden(pattern, later[-1], _superfluous(file, pattern, later[-1]))


def _covers(pattern: IgnorePattern, other: IgnorePattern) -> bool:
    """Whether it takes all that `other` can take."""
    if pattern.text == other.text or pattern.text in EVERYTHING:
        return True
    part = literal_part(other)
    return bool(part) and takes(pattern, part)


def _has_effect(file: IgnoreFile, context: Context, pattern: IgnorePattern) -> bool:
    """Whether the client sends other files without the line, of those that are there and of some that may come."""
    part = literal_part(pattern)
    if _CLASS & set(pattern.text):
        return True  # nobody can say what may come
    sample = "/".join(_WILD.sub(_BELOW, each) for each in pattern.text.split("/"))
    may_come = {sample, f"{sample}/{_BELOW}"}
    paths = {
        item.path
        for item in files_at(context, part)
        if is_literal(pattern) or takes(pattern, item.path)
    }
    tried = sorted(paths | may_come)
    return set(file.ignore.sent(tried)) != set(file.without(pattern).sent(tried))


def _superfluous(
    file: IgnoreFile, pattern: IgnorePattern, by: IgnorePattern
) -> tuple[IgnorePattern, ...]:
    """The lines that may go where one is undone by its very opposite, or all is let in again."""
    if pattern.text in EVERYTHING or (pattern.text == by.text and not pattern.negated):
        before = [
            each
            for each in file.ignore.patterns
            if each.span < by.span and each is not pattern
        ]
        same = pattern.text == by.text and not pattern.negated and _is_idle(before, by)
        return (pattern, by) if same else (pattern,)
    return ()


def _is_idle(before: Sequence[IgnorePattern], pattern: IgnorePattern) -> bool:
    return not any(not each.negated and _may_meet(each, pattern) for each in before)


def _may_meet(pattern: IgnorePattern, other: IgnorePattern) -> bool:
    """Whether there may be a path that both take, or that both were meant to take."""
    if (
        _ODD & (set(pattern.text) | set(other.text))
        or "**" in pattern.text
        or "**" in other.text
    ):
        return True
    parts, others = pattern.text.split("/"), other.text.split("/")
    if len(parts) == 1 and any("*" in each or takes(pattern, each) for each in others):
        return True  # meant for every directory, as in .gitignore
    return all(_may_be_one(one, two) for one, two in zip(parts, others, strict=False))


def _may_be_one(one: str, two: str) -> bool:
    """Whether there may be a name that both parts of a path take."""
    if set("*?") & set(one) and set("*?") & set(two):
        return True
    wild, name = (two, one) if set("*?") & set(two) else (one, two)
    return takes(_part(wild), name)


def _part(text: str) -> IgnorePattern:
    return IgnorePattern(text, negated=False, span=_NOWHERE, line=1)
