"""The lines of an ignore file -> its patterns, and those that BuildKit refuses.

Sources: moby/patternmatcher (ignorefile/ignorefile.go, patternmatcher.go), as BuildKit vendors it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.context.patterns import IgnorePattern, as_go_reads, expression
from lightship.context.wildcards import clean, is_bad_pattern
from lightship.record import record
from lightship.text import Span, encode

_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_LONGEST_LINE = 64 * 1024  # bufio.MaxScanTokenSize


@record
class IgnoreProblem:
    """A pattern that BuildKit refuses: the build fails."""

    message: str
    span: Span
    line: int


def read_lines(text: str) -> tuple[list[IgnorePattern], list[IgnoreProblem]]:
    """The patterns of an ignore file in their order, and what is wrong with the others."""
    patterns: list[IgnorePattern] = []
    problems: list[IgnoreProblem] = []
    first = True  # nothing is left out yet, so that `!` is not tried
    for number, span in _lines(text):
        line = span.of(text)
        if len(line) * 4 >= _LONGEST_LINE and len(encode(line)) >= _LONGEST_LINE:
            message = "line is too long for BuildKit (64 KiB)"
            return [], [IgnoreProblem(message, span, number)]
        if number == 1:
            line = line.removeprefix("\ufeff")
        read = _pattern(line, span, number, first)
        if isinstance(read, IgnoreProblem):
            problems.append(read)
        elif read is not None:
            patterns.append(read)
            first = first and read.negated
    problems += _unsendable(patterns)
    return patterns, problems


def _lines(text: str) -> Iterator[tuple[int, Span]]:
    """Each line without its line ending, as Go's bufio.ScanLines gives it."""
    start = 0
    number = 1
    while start < len(text):
        line_feed = text.find("\n", start)
        after = len(text) if line_feed < 0 else line_feed
        end = after
        if end > start and text[end - 1] == "\r":
            end -= 1
        yield number, Span(start, end)
        start = after + 1
        number += 1


def _pattern(
    line: str,
    place: Span,
    number: int,
    first: bool,
) -> IgnorePattern | IgnoreProblem | None:
    """What a line is: ignorefile.ReadAll, then patternmatcher.New."""
    text = line.strip(_BLANKS)
    if line.startswith("#") or not text:
        return None
    start = place.end - len(line.lstrip(_BLANKS))
    span = Span(start, start + len(text))

    pattern = _cleaned(text)
    negated = pattern.startswith("!")
    body = pattern.removeprefix("!")
    if not body:
        if negated:
            return IgnoreProblem("`!` needs a pattern after it", span, number)
        return None

    known = as_go_reads(body)  # the client checks it, to which it comes as JSON
    is_tried = not (first and negated)
    is_bad = is_bad_pattern(known) or (is_tried and expression(known) is None)
    if is_bad:
        message = (
            f"`{body}` is not a valid pattern: a bracket or backslash is misplaced"
        )
        return IgnoreProblem(message, span, number)
    return IgnorePattern(body, negated, span, number)


def _cleaned(text: str) -> str:
    """The text of a line, cleaned once by the reader of the file and once by the matcher."""
    mark = "!" if text.startswith("!") else ""
    once = mark + _clean(text.removeprefix("!").strip(_BLANKS))
    stripped = once.strip(_BLANKS)
    return clean(stripped) if stripped else ""


def _unsendable(patterns: list[IgnorePattern]) -> Iterator[IgnoreProblem]:
    """Patterns that do not reach the client: they go as a header of gRPC, which takes
    printable ASCII alone.

    Where one of them has a character beyond ASCII, all are escaped. Sources: BuildKit
    session/filesync/filesync.go, grpc-go internal/metadata/metadata.go.
    """
    if all(pattern.text.isascii() for pattern in patterns):
        for pattern in patterns:
            if not pattern.text.isprintable():
                message = f"{pattern.text!r} has a control character, which BuildKit cannot send"
                yield IgnoreProblem(message, pattern.span, pattern.line)


def _clean(text: str) -> str:
    """A pattern cleaned, relative to the root of the context; nothing stays nothing."""
    cleaned = clean(text) if text else ""
    return cleaned[1:] if len(cleaned) > 1 and cleaned.startswith("/") else cleaned
