"""`.dockerignore`, as BuildKit matches it.

Sources: moby/patternmatcher (patternmatcher.go, ignorefile/ignorefile.go) and tonistiigi/fsutil (filter.go), which BuildKit
0.31 vendors. `Ignore.matches` is patternmatcher's MatchesOrParentMatches, which BuildKit's own checks ask; `Ignore.sent`
is what the client's walk sends, and that differs where a `!` pattern names only a directory (docker/buildx#850).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lightship.context.go_regexp import BadRegexpError, Kind, Subject, parse, reached
from lightship.context.wildcards import clean, is_bad_pattern
from lightship.text import Span, encode

_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_LONGEST_LINE = 64 * 1024  # bufio.MaxScanTokenSize

Matcher = Callable[[Subject, bool], bool]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line that is a pattern: cleaned, without `!`; `span` and `line` (from 1) are where it stands."""

    text: str
    negated: bool
    span: Span
    line: int

    def matches(self, subject: Subject, parents: bool) -> bool:
        """Whether the pattern takes the path itself or, with `parents`, a directory above it."""
        return matcher(self.text)(subject, parents)


@dataclass(frozen=True, slots=True)
class IgnoreProblem:
    """A pattern that BuildKit refuses: the build fails."""

    message: str
    span: Span
    line: int


@dataclass(frozen=True, slots=True)
class Ignore:
    """An ignore file. Where `problems` is not empty, BuildKit refuses it; the patterns that are right still match."""

    patterns: tuple[Pattern, ...] = ()
    problems: tuple[IgnoreProblem, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Ignore:
        """Read the text of an ignore file; it never raises."""
        patterns: list[Pattern] = []
        problems: list[IgnoreProblem] = []
        for number, span in _lines(text):
            line = span.of(text)
            if len(line) * 4 >= _LONGEST_LINE and len(encode(line)) >= _LONGEST_LINE:
                return cls((), (IgnoreProblem("line is too long for BuildKit (64 KiB)", span, number),))
            found = _pattern(line.removeprefix("\ufeff") if number == 1 else line, span, number)
            if isinstance(found, IgnoreProblem):
                problems.append(found)
            elif found is not None:
                patterns.append(found)
        return cls(tuple(patterns), tuple(problems))

    @classmethod
    def of(cls, patterns: Iterable[str]) -> Ignore:
        """The ignore file that has these lines."""
        return cls.parse("\n".join(patterns))

    @property
    def has_exclusions(self) -> bool:
        """Whether a pattern starts with `!`, which takes files back in."""
        return any(pattern.negated for pattern in self.patterns)

    def matches(self, path: str) -> bool:
        """Whether the path is left out: by the last pattern that takes it or a directory above it."""
        pattern = self.deciding(path)
        return pattern is not None and not pattern.negated

    def deciding(self, path: str) -> Pattern | None:
        """The last pattern that takes the path or a directory above it."""
        subject = Subject(clean(path))
        return next((pattern for pattern in reversed(self.patterns) if pattern.matches(subject, parents=True)), None)

    def sent(self, paths: Iterable[str]) -> Iterator[str]:
        """The files among `paths` that the client sends to the builder."""
        if not self.patterns:
            yield from paths
            return
        known: dict[str, tuple[bool, ...]] = {"": ()}
        for path in paths:
            above = self._directory(path.rpartition("/")[0], known)
            if not self._step(path, above)[0]:
                yield path

    def _directory(self, path: str, known: dict[str, tuple[bool, ...]]) -> tuple[bool, ...]:
        """Which patterns took a directory on the way down to it; `known` grows."""
        found = known.get(path)
        if found is not None:
            return found
        at = path.find("/")
        while at >= 0:
            self._remember(path[:at], known)
            at = path.find("/", at + 1)
        return self._remember(path, known)

    def _remember(self, path: str, known: dict[str, tuple[bool, ...]]) -> tuple[bool, ...]:
        if path not in known:
            known[path] = self._step(path, known[path.rpartition("/")[0]])[1]
        return known[path]

    def _step(self, path: str, above: tuple[bool, ...]) -> tuple[bool, tuple[bool, ...]]:
        """MatchesUsingParentResults: (left out?, which patterns took the path)."""
        subject, out = Subject(path), False
        took = [False] * len(self.patterns)
        for at, pattern in enumerate(self.patterns):
            hit = bool(above) and above[at]
            if not hit and pattern.negated == out:
                hit = pattern.matches(subject, parents=False)
            if hit:
                took[at], out = True, not pattern.negated
        return out, tuple(took)


def _lines(text: str) -> Iterator[tuple[int, Span]]:
    """Each line without its line end, as Go's bufio.ScanLines gives it."""
    start, number = 0, 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield number, Span(start, end - (end > start and text[end - 1] == "\r"))
        start, number = end + 1, number + 1


def _pattern(line: str, place: Span, number: int) -> Pattern | IgnoreProblem | None:
    """What a line is: ignorefile.ReadAll, then patternmatcher.New."""
    text = line.strip(_BLANKS)
    if line.startswith("#") or not text:
        return None
    start = place.end - len(line.lstrip(_BLANKS))
    span = Span(start, start + len(text))
    cleaned = _clean(text.removeprefix("!").strip(_BLANKS))
    cleaned = ("!" if text.startswith("!") else "") + cleaned
    cleaned = clean(cleaned.strip(_BLANKS)) if cleaned.strip(_BLANKS) else ""
    negated = cleaned.startswith("!")
    body = cleaned.removeprefix("!")
    if negated and not body:
        return IgnoreProblem("`!` needs a pattern after it", span, number)
    if is_bad_pattern(body) or (body and matcher(body) is _never):
        return IgnoreProblem(f"`{body}` is not a pattern: a bracket or backslash is out of place", span, number)
    return Pattern(body, negated, span, number) if body else None


def _clean(text: str) -> str:
    """A pattern cleaned, relative to the root of the context; nothing stays nothing."""
    cleaned = clean(text) if text else ""
    return cleaned[1:] if len(cleaned) > 1 and cleaned.startswith("/") else cleaned


@lru_cache(maxsize=4096)
def matcher(pattern: str) -> Matcher:
    """How a cleaned pattern is matched; a plain one needs no expression (patternmatcher's matchType)."""
    kind, source = _expression(pattern)
    if kind == "exact":
        return lambda subject, parents: _is(subject.path, pattern, parents)
    if kind == "prefix":
        return lambda subject, parents: subject.path.startswith(pattern[:-2])
    if kind == "suffix":
        return lambda subject, parents: _ends(subject.path, pattern[2:], parents)
    try:
        steps = parse(source)[1:]
    except BadRegexpError:
        return _never
    if any(step.kind is Kind.END for step in steps[:-1]):
        return lambda subject, parents: any(reached(steps, one, one.end) for one in _above(subject, parents))
    return lambda subject, parents: reached(steps, subject, subject.ends if parents else subject.end)


def _never(subject: Subject, parents: bool) -> bool:
    """A pattern that Go cannot compile; BuildKit refuses it at the first file."""
    return False


def _is(path: str, name: str, parents: bool) -> bool:
    return path == name or (parents and path.startswith(name) and path[len(name)] == "/")


def _ends(path: str, suffix: str, parents: bool) -> bool:
    """`**` + suffix; `**/name` is also `name` itself."""
    if path.endswith(suffix) or (suffix.startswith("/") and path == suffix[1:]):
        return True
    if not parents:
        return False
    return f"{suffix}/" in path or (suffix.startswith("/") and path.startswith(f"{suffix[1:]}/"))


def _above(subject: Subject, parents: bool) -> Iterator[Subject]:
    """The path and, with `parents`, each directory above it."""
    yield subject
    at = subject.path.find("/") if parents else -1
    while at >= 0:
        yield Subject(subject.path[:at])
        at = subject.path.find("/", at + 1)


def _expression(pattern: str) -> tuple[str, str]:
    """Pattern.compile: (exact, prefix, suffix or regexp; the regular expression as patternmatcher writes it)."""
    kind, parts = "exact", ["^"]
    at = start = 1 if pattern.startswith("\ufeff") else 0
    while at < len(pattern):
        char = pattern[at]
        if pattern.startswith("**", at):
            end = at + 3 if pattern.startswith("**/", at) else at + 2
            last = end == len(pattern)
            parts.append(".*" if last else "(.*/)?")
            kind = "suffix" if at == start else "prefix" if last and kind == "exact" else "regexp"
            at = end
            continue
        if char in "*?[]" or (char == "\\" and at + 1 < len(pattern)):
            kind = "regexp"
        at += 1
        if char in "*?":
            parts.append("[^/]*" if char == "*" else "[^/]")
        elif char == "\\" and at < len(pattern):
            parts.append("\\" + pattern[at])
            at += 1
        else:
            parts.append("\\" + char if char in ".+()|{}$" else char)
    source = "".join(parts).translate(_INVALID_BYTES) + "$"
    return kind, source


_INVALID_BYTES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
