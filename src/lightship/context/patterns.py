"""One pattern of an ignore file, as moby/patternmatcher compiles and matches it
(patternmatcher.go).

`expression` says in which of four ways a pattern is matched; `matcher` is that way, exact for any
path.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import lru_cache, partial

from lightship.context.go_regexp import BadRegexpError, parse
from lightship.context.path_match import ElementKind, IndexedPath, Steps, reached
from lightship.record import record
from lightship.regex import regex
from lightship.text import Span, decode, encode

_WILDCARDS, _MORE = regex(r"[*?\]]"), regex(r"[|^{}\\]")
# What they say changes with where the path ends
_BY_THE_END = (
    ElementKind.END,
    ElementKind.WORD,
    ElementKind.NO_WORD,
)
_INVALID_BYTES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")

Matcher = Callable[[IndexedPath, bool], bool]


class Way(Enum):
    """How a pattern is matched; a regular expression is made only where it must be."""

    EXACT = auto()  # the path is the pattern
    PREFIX = auto()  # `text**`
    SUFFIX = auto()  # `**text`; `**/text` is also `text` alone
    REGEXP = auto()


@record
class Expression:
    """A compiled pattern; `alternatives` are those of its regular expression, else there are
    none.
    """

    way: Way
    alternatives: tuple[Steps, ...] = ()


@record
class IgnorePattern:
    """One line that is a pattern: cleaned, without `!`.

    `span` and `line` (from 1) are where it stands.
    """

    text: str
    negated: bool
    span: Span
    line: int

    def matches(self, subject: IndexedPath, parents: bool) -> bool:
        """Whether the pattern takes the path itself or, with `parents`, a directory above it."""
        match = matcher(self.text)
        return match is not None and match(subject, parents)


def as_go_reads(text: str) -> str:
    """The text character by character: a byte that is not UTF-8 is U+FFFD."""
    return text if text.isascii() else text.translate(_INVALID_BYTES)


@lru_cache(maxsize=4096)
def expression(pattern: str) -> Expression | None:
    """How a cleaned pattern is compiled.

    None where Go cannot, which fails the build when a path is first tried.
    """
    way, source = _written(pattern)
    if way is not Way.REGEXP:
        return Expression(way)
    try:
        return Expression(way, parse(source))
    except BadRegexpError:
        return None


@lru_cache(maxsize=4096)
def matcher(pattern: str) -> Matcher | None:
    """What matches a cleaned pattern; None where it does not compile."""
    compiled = expression(pattern)
    if compiled is None:
        return None
    if compiled.way is Way.EXACT:
        return partial(_is, pattern)
    if compiled.way is Way.PREFIX:
        return partial(_starts, pattern[:-2])
    if compiled.way is Way.SUFFIX:
        return partial(_ends, suffix(pattern))
    return partial(_passes, compiled.alternatives, _part(pattern))


def suffix(pattern: str) -> str:
    """What follows `**`: two bytes are cut, which a byte order mark before it makes the wrong
    ones.
    """
    return decode(encode(pattern)[2:])


def _part(pattern: str) -> str:
    """The longest text that stands in any path that the pattern takes; empty where none is sure to.

    Go's regular expressions see more in a pattern than wildcards; and a byte that is not UTF-8 is
    any such byte.
    """
    parts = () if _MORE.search(pattern) else _WILDCARDS.split(pattern.partition("[")[0])
    return max(
        (part.strip("/") for part in parts if part.isascii()), key=len, default=""
    )


def _passes(
    alternatives: tuple[Steps, ...],
    part: str,
    subject: IndexedPath,
    parents: bool,
) -> bool:
    """Whether an alternative leads to the end of the path or, with `parents`, of a directory
    above it.
    """
    if part not in subject.path:
        return False  # most are told apart so, in no time
    if parents and any(
        step.kind in _BY_THE_END for steps in alternatives for step in steps[:-1]
    ):
        return any(
            reached(steps, path, path.end)
            for path in subject.above()
            for steps in alternatives
        )
    ends = subject.ends if parents else subject.end
    return any(reached(steps, subject, ends) for steps in alternatives)


def _is(name: str, subject: IndexedPath, parents: bool) -> bool:
    """The path is `name` or lies below it.

    Of a rooted path only `/x` counts `/` among its parents, as in Go.
    """
    path = subject.path
    return path == name or (
        parents
        and (path.startswith(f"{name}/") or (name == "/" and path.rfind("/") == 0))
    )


def _starts(prefix: str, subject: IndexedPath, _parents: bool) -> bool:
    """`name/**`."""
    return subject.path.startswith(prefix)


def _ends(suffix: str, subject: IndexedPath, parents: bool) -> bool:
    """`**name`, and `**/name`, which is also `name` itself."""
    path, whole = subject.path, suffix[1:] if suffix.startswith("/") else None
    if path.endswith(suffix) or path == whole:
        return True
    return parents and (
        f"{suffix}/" in path or (whole is not None and path.startswith(f"{whole}/"))
    )


def _written(pattern: str) -> tuple[Way, str]:
    """Pattern.compile: the way, and the regular expression as patternmatcher writes it."""
    way, parts = Way.EXACT, ["^"]
    at = start = 1 if pattern.startswith("\ufeff") else 0
    while at < len(pattern):
        char = pattern[at]
        if pattern.startswith("**", at):
            end = at + 3 if pattern.startswith("**/", at) else at + 2
            last = end == len(pattern)
            parts.append(".*" if last else "(.*/)?")
            if at == start:
                way = Way.SUFFIX
            elif last and way is Way.EXACT:
                way = Way.PREFIX
            else:
                way = Way.REGEXP
            at = end
            continue
        if char in "*?[]" or (char == "\\" and at + 1 < len(pattern)):
            way = Way.REGEXP
        at += 1
        if char in "*?":
            parts.append("[^/]*" if char == "*" else "[^/]")
        elif char == "\\" and at < len(pattern):
            parts.append("\\" + pattern[at])
            at += 1
        else:
            parts.append("\\" + char if char in ".+()$" else char)
    return way, as_go_reads("".join(parts)) + "$"
