"""Lines of an ignore file without effect.

Undone by a later one, said twice, or an exception from nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename

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
_WILDCARDS = frozenset("*?")
_ODD = frozenset("|^{}\\[]")  # Go's regular expressions may see more in them
_NOWHERE = Span(0, 0)
_BELOW = "lightship"  # a name of a file that there may be


@record
class Overridden:
    """A line that another one, `by`, undoes or says as well.

    `removed` are the lines that may go, else it is moved.
    """

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
    told: set[IgnorePattern] = set()
    for line in overridden(build):
        told.add(line.pattern)
        told.update(line.removed)

    all_patterns = file.ignore.patterns
    idle_ones: list[IgnorePattern] = []
    for number, pattern in enumerate(all_patterns):
        if pattern in told:
            continue
        if not pattern.negated:
            continue
        if pattern not in file.plain:
            continue
        before = all_patterns[:number]
        if not _is_idle(before, pattern):
            continue
        if not _is_guard(build.context, before, pattern):
            idle_ones.append(pattern)
    return tuple(idle_ones)


def _overridden(build: Build) -> tuple[Overridden, ...]:
    file = ignore_file(build)
    context = build.context
    if file is None or context is None:
        return ()
    lines = list(_repeated(file))
    lines += _undone(file, context)
    lines.sort(key=_place)
    return tuple(lines)


def _place(line: Overridden) -> Span:
    return line.pattern.span


def _repeated(file: IgnoreFile) -> Iterator[Overridden]:
    """One of two equal lines, mostly the second: what it takes is taken already.

    None of the other sign stands between them.
    """
    first_lines: dict[str, IgnorePattern] = {}
    negated = False
    for pattern in file.plain:
        if pattern.negated != negated:
            first_lines.clear()
            negated = pattern.negated
        first = first_lines.setdefault(pattern.text, pattern)
        if first is pattern:
            continue
        if _is_clearer(file, pattern, first):
            removed = (first,)
            yield Overridden(first, pattern, removed)
            first_lines[pattern.text] = pattern
        else:
            removed = (pattern,)
            yield Overridden(pattern, first, removed)


def _is_clearer(file: IgnoreFile, pattern: IgnorePattern, first: IgnorePattern) -> bool:
    """Whether it is the form without the slash of the same line: `.env` beside `.env/`.

    With the slash a reader takes it for a directory alone.
    """
    text = file.as_written(pattern)
    if text.endswith("/"):
        return False
    first_text = file.as_written(first)
    return first_text.endswith("/")


def _undone(file: IgnoreFile, context: Context) -> Iterator[Overridden]:
    """The lines that a later one of the other sign undoes."""
    lines = file.plain
    for number, pattern in enumerate(lines, start=1):
        later = lines[number:]
        last = _last_against(pattern, later)
        if last is None:
            continue
        if _has_effect(file, context, pattern):
            continue
        removed = _superfluous(file, pattern, last)
        yield Overridden(pattern, last, removed)


def _last_against(
    pattern: IgnorePattern,
    later: Sequence[IgnorePattern],
) -> IgnorePattern | None:
    """The last of the later lines that has the other sign and takes all that a line can take."""
    for line in reversed(later):
        if line.negated == pattern.negated:
            continue
        if _covers(line, pattern):
            return line
    return None


def _covers(pattern: IgnorePattern, other: IgnorePattern) -> bool:
    """Whether it takes all that `other` can take."""
    if pattern.text == other.text:
        return True
    if pattern.text in EVERYTHING:
        return True
    part = literal_part(other)
    if not part:
        return False
    return takes(pattern, part)


def _has_effect(file: IgnoreFile, context: Context, pattern: IgnorePattern) -> bool:
    """Whether the client sends other files without the line.

    Of those that are there, and of some that may come.
    """
    if not _CLASS.isdisjoint(pattern.text):
        return True  # nobody can say what may come
    taken = _taken(context, pattern)
    samples = _samples(pattern)
    tried = sorted({*taken, *samples})
    sent_paths = file.ignore.sent(tried)
    sent = set(sent_paths)
    without = file.without(pattern)
    sent_without = set(without.sent(tried))
    return sent != sent_without


def _taken(context: Context, pattern: IgnorePattern) -> Iterator[str]:
    """The files that the pattern takes."""
    start = literal_part(pattern)
    takes_all = is_literal(pattern)
    for item in files_at(context, start):
        if takes_all or takes(pattern, item.path):
            yield item.path


def _samples(pattern: IgnorePattern) -> Iterator[str]:
    """Paths that the pattern would take."""
    sample = _WILD.sub(_BELOW, pattern.text)
    yield sample
    yield f"{sample}/{_BELOW}"


def _superfluous(
    file: IgnoreFile,
    pattern: IgnorePattern,
    by: IgnorePattern,
) -> tuple[IgnorePattern, ...]:
    """The lines that may go where one is undone by its very opposite, or all is let in again."""
    is_same = pattern.text == by.text
    if pattern.negated or not is_same:
        if pattern.text in EVERYTHING:
            return (pattern,)
        return ()

    # Without the line, is anything left that the exception lets in?
    lines = file.ignore.patterns
    earlier = [line for line in lines if line.span < by.span]
    rest = [line for line in earlier if line is not pattern]
    if _is_idle(rest, by):
        return (pattern, by)
    return (pattern,)


def _is_idle(before: Sequence[IgnorePattern], pattern: IgnorePattern) -> bool:
    """Whether none of the lines before an exception leaves out what it lets in."""
    for line in before:
        if line.negated:
            continue
        if _may_meet(line, pattern):
            return False
    return True


def _is_guard(
    context: Context | None, before: Sequence[IgnorePattern], pattern: IgnorePattern
) -> bool:
    """Whether files below it have names that a line before it, as in .gitignore, would take.

    `!licenses` after `*.md`, which was meant for `licenses/NOTICE.md` too.
    """
    if context is None:
        return False
    start = literal_part(pattern)
    files = files_at(context, start)
    names = {basename(item.path) for item in files}
    for line in before:
        if line.negated or "/" in line.text:
            continue
        for name in names:
            if takes(line, name):
                return True
    return False


def _may_meet(pattern: IgnorePattern, other: IgnorePattern) -> bool:
    """Whether there may be a path that both take, or that both were meant to take."""
    if _is_odd(pattern.text):
        return True
    if _is_odd(other.text):
        return True

    parts = pattern.text.split("/")
    names = other.text.split("/")
    is_name = len(parts) == 1
    if is_name:  # meant for every directory, as in .gitignore
        for name in names:
            if "*" in name:
                return True
            if takes(pattern, name):
                return True
    pairs = zip(parts, names, strict=False)
    return all(_may_be_one(part, name) for part, name in pairs)


def _is_odd(text: str) -> bool:
    """Whether nobody can tell name by name what a pattern takes."""
    if "**" in text:
        return True
    return not _ODD.isdisjoint(text)


def _may_be_one(part: str, other: str) -> bool:
    """Whether there may be a name that both parts of a path take."""
    if _is_wild(other):
        if _is_wild(part):
            return True
        part, other = other, part
    return takes(_pattern(part), other)


def _is_wild(part: str) -> bool:
    return not _WILDCARDS.isdisjoint(part)


def _pattern(text: str) -> IgnorePattern:
    return IgnorePattern(text, negated=False, span=_NOWHERE, line=1)
