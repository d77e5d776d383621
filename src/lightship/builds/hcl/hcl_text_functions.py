"""Functions of bake files that work on texts.

Source: docker/buildx, bake/hclparser/stdlib.go, over zclconf/go-cty's stdlib.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from lightship.builds.hcl.hcl_values import as_number, as_text
from lightship.builds.interpolation import UnknownValueError
from lightship.regex import regex

_LONGEST_PATTERN = 200
_LONGEST_SUBJECT = 1_000
_MOST_REPEATS = 2
_WIDEST = 100  # of a value that `format` fills in
_FORMAT = regex(r"%(?:%|([-+ 0#]*)(\d*)(\.\d+)?([a-zA-Z]))")
_REFERENCE = regex(r"\$(\w+|\{\w+\})")
_REPEATS = regex(r"[*+{]")
_FIRST_LETTER = regex(r"(?<!\w)\w")
_UNSANE = regex(r"[^a-zA-Z0-9_-]+")


def replaced(text: Any, old: Any, new: Any) -> str:
    """`replace`: a text with another in place of one; `/x/` is a pattern."""
    whole = as_text(text)
    pattern = as_text(old)
    is_regex = pattern.startswith("/") and pattern.endswith("/")
    if is_regex and len(pattern) > 1:
        return regex_replaced(whole, pattern[1:-1], new)
    return whole.replace(pattern, as_text(new))


def _pattern(text: Any) -> re.Pattern[str]:
    """A pattern; only one that Python matches in bounded time."""
    pattern = as_text(text)
    repeats = _REPEATS.findall(pattern)
    if len(repeats) > _MOST_REPEATS or len(pattern) > _LONGEST_PATTERN:
        raise UnknownValueError("its pattern is not followed")
    try:
        return re.compile(pattern)
    except (re.error, OverflowError):
        raise UnknownValueError(f"invalid pattern {pattern!r}") from None


def _subject(value: Any) -> str:
    text = as_text(value)
    if len(text) > _LONGEST_SUBJECT:
        raise UnknownValueError("its text is too long to be matched")
    return text


def regex_replaced(text: Any, pattern: Any, new: Any) -> str:
    """`regex_replace`: a text with another in place of each match."""
    escaped = as_text(new).replace("\\", "\\\\")
    template = _REFERENCE.sub(_group, escaped)
    subject = _subject(text)
    try:
        return _pattern(pattern).sub(template, subject)
    except (re.error, IndexError):
        raise UnknownValueError("its replacement is not followed") from None


def _group(match: re.Match[str]) -> str:
    return f"\\g<{match[1].strip('{}')}>"


def matched(pattern: Any, text: Any) -> Any:
    """`regex`: what a pattern matches first, by its groups where it has any."""
    subject = _subject(text)
    match = _pattern(pattern).search(subject)
    if match is None:
        raise UnknownValueError("its pattern does not match")

    by_name = match.groupdict()
    if by_name:
        return by_name
    groups = match.groups()
    return list(groups) if groups else match[0]


def split(separator: Any, text: Any) -> list[str]:
    """`split`: the parts between separators, and without one the characters."""
    whole = as_text(text)
    mark = as_text(separator)
    return whole.split(mark) if mark else list(whole)


def formatted(text: Any, *values: Any) -> str:
    """`format`: a text with values in place of its verbs."""
    waiting = list(values)

    def filled(match: re.Match[str]) -> str:
        flags, width, places, verb = match.groups()
        if verb is None:
            return "%"
        is_wide = int(width or 0) > _WIDEST or len(places or "") > 3
        if is_wide or not waiting:
            raise UnknownValueError("its format is not followed")

        value = waiting.pop(0)
        if verb in "sv":
            return f"%{flags}{width}s" % as_text(value)
        if verb == "q":
            return json.dumps(as_text(value))
        if verb in "dxXof":
            return f"%{flags}{width}{places or ''}{verb}" % as_number(value)
        raise UnknownValueError("its format is not followed")

    return _FORMAT.sub(filled, as_text(text))


def part_of(text: Any, start: Any, length: Any) -> str:
    """`substr`: so many characters from a place on; all that follow where that is negative."""
    at = int(as_number(start))
    amount = int(as_number(length))
    rest = as_text(text)[at:]
    return rest if amount < 0 else rest[:amount]


def sanitized(text: Any) -> str:
    """`sanitize`: `_` in place of what cannot be in the name of a target."""
    return _UNSANE.sub(lambda match: "_" * len(match[0]), as_text(text))


def titled(text: Any) -> str:
    """`title`, as Go's strings.Title: the first letter of each word, and `_` is one of a word."""
    return _FIRST_LETTER.sub(lambda match: match[0].upper(), as_text(text))


def digest(name: str) -> Callable[[Any], str]:
    """`md5`, `sha1` and their like: the function for one of them."""
    return lambda text: hashlib.new(name, as_text(text).encode()).hexdigest()


def from_json(text: Any) -> Any:
    """`jsondecode`: the value that is written as JSON."""
    try:
        return json.loads(as_text(text))
    except (ValueError, RecursionError):
        raise UnknownValueError("its JSON cannot be read") from None


def from_base64(text: Any) -> str:
    """`base64decode`: the text that is written in base64."""
    try:
        return b64decode(as_text(text), validate=True).decode()
    except ValueError:
        raise UnknownValueError("its base64 cannot be read") from None
