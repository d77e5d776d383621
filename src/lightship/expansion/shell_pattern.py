"""The wildcards of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`.

`*` is any text and `?` any character, neither across a line ending; a backslash makes the next `*`,
`?` or backslash plain. BuildKit turns a pattern into a Go regular expression
(frontend/dockerfile/shell/lex.go, convertShellPatternToRegex); Go's engine takes linear time,
Python's does not, so a pattern is cut at its stars here. The pieces between stars can be taken at
their earliest place, one after the other and for good (atomic groups): as a star never crosses a
line ending, a later place can only leave less room. Only the last star has a choice: the shortest
text, or the longest.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lightship.record import record

MAX_PATTERN = 1 << 14


class PatternError(ValueError):
    """A pattern that BuildKit refuses."""


@record
class ShellPattern:
    """`head` is the text before the first star; `tail` the rest, from the first star on."""

    head: re.Pattern[str]
    tail: re.Pattern[str]

    def match(self, value: str) -> int | None:
        """The end of the match at the start of `value`."""
        head = self.head.match(value)
        tail = head and self.tail.match(value, head.end())
        return tail.end() if tail else None

    def find(self, value: str, start: int) -> tuple[int, int] | None:
        """The leftmost match from `start` on.

        Where the tail does not follow one head, it follows no other head in that line: the first
        had the most room.
        """
        while head := self.head.search(value, start):
            if tail := self.tail.match(value, head.end()):
                return head.start(), tail.end()
            start = value.find("\n", head.start()) + 1
            if start == 0:
                break
        return None


def compile_pattern(pattern: str, greedy: bool) -> ShellPattern:
    """A shell pattern; raises PatternError with BuildKit's reason."""
    if len(pattern) > MAX_PATTERN:
        raise PatternError("pattern too long")
    head, *rest = _segments(pattern)
    last = rest.pop() if rest else None
    tail = "".join(f"(?>.*?{segment})" for segment in rest)
    if last is not None:
        tail += f".*{last}" if greedy else f".*?{last}"
    return ShellPattern(re.compile(head), re.compile(tail))


def _segments(pattern: str) -> list[str]:
    """Regular expressions of the text between the stars."""
    segments: list[list[str]] = [[]]
    chars = iter(range(len(pattern)))
    for at in chars:
        char, following = pattern[at], pattern[at + 1 : at + 2]
        if char == "\ufeff" and at == 0:
            continue
        if char == "*":
            segments.append([])
        elif char == "?":
            segments[-1].append(".")
        elif char != "\\":
            segments[-1].append(re.escape(char))
        elif following not in ("}", "/"):
            if following not in ("*", "?", "\\"):
                raise PatternError(f"invalid escape '\\{following or chr(0xFFFD)}'")
            segments[-1].append(re.escape(following))
            next(chars)
    return ["".join(segment) for segment in segments]


def trim_prefix(pattern: str, value: str, greedy: bool) -> str:
    """`${name#pattern}`, with `greedy` `${name##pattern}`."""
    end = compile_pattern(pattern, greedy).match(value)
    return value if end is None else value[end:]


def trim_suffix(pattern: str, value: str, greedy: bool) -> str:
    """`${name%pattern}`, with `greedy` `${name%%pattern}`: pattern and value are turned round."""
    return trim_prefix(reverse(pattern), value[::-1], greedy)[::-1]


def reverse(pattern: str) -> str:
    """The pattern from its end to its start; a backslash stays before its character."""
    return "".join(reversed(re.findall(r"\\.|.", pattern, re.DOTALL)))


def replace_first(pattern: str, value: str, replacement: str) -> str:
    """`${name/pattern/replacement}`."""
    found = compile_pattern(pattern, greedy=True).find(value, 0)
    return (
        value if found is None else value[: found[0]] + replacement + value[found[1] :]
    )


def replace_all(
    pattern: str,
    value: str,
    replacement: str,
    spend: Callable[[int], None],
) -> str:
    """`${name//pattern/replacement}`, where `$0` in the replacement is the match (Go's
    Regexp.ReplaceAllString).

    `spend` is told of each text that is put in, so that it can refuse.
    """
    compiled = compile_pattern(pattern, greedy=True)
    template = _template(replacement)
    pieces: list[str] = []
    copied = at = 0
    while at <= len(value) and (found := compiled.find(value, at)):
        start, end = found
        pieces.append(value[copied:start])
        if end > copied or start == 0:
            text = value[start:end].join(template)
            spend(len(text))
            pieces.append(text)
        copied = end
        at = max(at + 1, end)
    pieces.append(value[copied:])
    return "".join(pieces)


def _template(text: str) -> list[str]:
    """The literal parts of Go's replacement template, between its `$0`s (Regexp.Expand)."""
    parts, at = [""], 0
    while (dollar := text.find("$", at)) >= 0:
        parts[-1] += text[at:dollar]
        at = dollar + 1
        if text.startswith("$", at):
            parts[-1] += "$"
            at += 1
            continue
        brace = text.startswith("{", at)
        end = start = at + brace
        while end < len(text) and (
            text[end] == "_" or text[end].isalpha() or text[end].isdecimal()
        ):
            end += 1
        if end == start or (brace and not text.startswith("}", end)):
            parts[-1] += "$"
            continue
        if text[start:end] == "0":
            parts.append("")
        at = end + brace
    parts[-1] += text[at:]
    return parts
