"""`.dockerignore`, as BuildKit matches it.

Sources: moby/patternmatcher (patternmatcher.go, ignorefile/ignorefile.go) and tonistiigi/fsutil (filter.go), as
BuildKit vendors them. `Ignore.matches` is patternmatcher's MatchesOrParentMatches, which BuildKit's own checks ask;
`Ignore.sent` is what the client's walk sends (MatchesUsingParentResults), which differs: `**/*.md` with `!docs` keeps
docs/a.md out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial

from lightship.context.go_regexp import BadRegexpError, parse
from lightship.context.path_match import Kind, Steps, Subject, reached
from lightship.context.wildcards import clean, is_bad_pattern
from lightship.record import record
from lightship.regex import regex
from lightship.text import Span, encode

_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_LONGEST_LINE = 64 * 1024  # bufio.MaxScanTokenSize

_WILDCARDS, _MORE = regex(r"[*?\]]"), regex(r"[|^{}\\]")
_BY_THE_END = (Kind.END, Kind.WORD, Kind.NO_WORD)  # what they say changes with where the path ends

Matcher = Callable[[Subject, bool], bool]


@record
class Pattern:
    """One line that is a pattern: cleaned, without `!`; `span` and `line` (from 1) are where it stands."""

    text: str
    negated: bool
    span: Span
    line: int

    def matches(self, subject: Subject, parents: bool) -> bool:
        """Whether the pattern takes the path itself or, with `parents`, a directory above it."""
        match = matcher(self.text)
        return match is not None and match(subject, parents)


@record
class IgnoreProblem:
    """A pattern that BuildKit refuses: the build fails."""

    message: str
    span: Span
    line: int


@record
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
    if is_bad_pattern(body) or (body and matcher(body) is None):
        return IgnoreProblem(f"`{body}` is not a pattern: a bracket or backslash is out of place", span, number)
    return Pattern(body, negated, span, number) if body else None


def _clean(text: str) -> str:
    """A pattern cleaned, relative to the root of the context; nothing stays nothing."""
    cleaned = clean(text) if text else ""
    return cleaned[1:] if len(cleaned) > 1 and cleaned.startswith("/") else cleaned


@lru_cache(maxsize=4096)
def matcher(pattern: str) -> Matcher | None:
    """How a cleaned pattern is matched; None where Go cannot compile it, which fails the build at the first file."""
    kind, source = _expression(pattern)
    if kind == "exact":
        return partial(_is, pattern)
    if kind == "prefix":
        return partial(_starts, pattern[:-2])
    if kind == "suffix":
        return partial(_ends, pattern[2:])
    try:
        return partial(_passes, parse(source), _part(pattern))
    except BadRegexpError:
        return None


def _part(pattern: str) -> str:
    """The longest text that stands in any path that the pattern takes; empty where none is sure to.

    Go's regular expressions see more in a pattern than wildcards; and a byte that is not UTF-8 is any such byte.
    """
    parts = () if _MORE.search(pattern) else _WILDCARDS.split(pattern.partition("[")[0])
    return max((part.strip("/") for part in parts if part.isascii()), key=len, default="")


def _passes(alternatives: tuple[Steps, ...], part: str, subject: Subject, parents: bool) -> bool:
    """Whether an alternative leads to the end of the path or, with `parents`, of a directory above it."""
    if part not in subject.path:
        return False  # most are told apart so, in no time
    if parents and any(step.kind in _BY_THE_END for steps in alternatives for step in steps[:-1]):
        return any(reached(steps, path, path.end) for path in subject.above() for steps in alternatives)
    ends = subject.ends if parents else subject.end
    return any(reached(steps, subject, ends) for steps in alternatives)


def _is(name: str, subject: Subject, parents: bool) -> bool:
    """The path is `name` or lies below it; of a rooted path only `/x` counts `/` among its parents, as in Go."""
    path = subject.path
    return path == name or (parents and (path.startswith(f"{name}/") or (name == "/" and path.rfind("/") == 0)))


def _starts(prefix: str, subject: Subject, _parents: bool) -> bool:
    """`name/**`."""
    return subject.path.startswith(prefix)


def _ends(suffix: str, subject: Subject, parents: bool) -> bool:
    """`**name`, and `**/name`, which is also `name` itself."""
    path, whole = subject.path, suffix[1:] if suffix.startswith("/") else None
    if path.endswith(suffix) or path == whole:
        return True
    return parents and (f"{suffix}/" in path or (whole is not None and path.startswith(f"{whole}/")))


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
            parts.append("\\" + char if char in ".+()$" else char)
    source = "".join(parts).translate(_INVALID_BYTES) + "$"
    return kind, source


_INVALID_BYTES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
