"""The functions that bake files may call, as far as their answer is the same everywhere.

Source: docker/buildx, bake/hclparser/stdlib.go, over zclconf/go-cty's stdlib.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from math import ceil, floor
from typing import Any

from lightship.builds.hcl.hcl_values import (
    as_bool,
    as_list,
    as_mapping,
    as_number,
    as_text,
    same,
)
from lightship.builds.interpolation import UnknownValueError
from lightship.regex import regex

_LONGEST = 10_000  # items that `range` and `setproduct` may make
_LONGEST_PATTERN = 200
_LONGEST_SUBJECT = 1_000
_MOST_REPEATS = 2
_WIDEST = 100  # of a value that `format` fills in
_FORMAT = regex(r"%(?:%|([-+ 0#]*)(\d*)(\.\d+)?([a-zA-Z]))")
_REFERENCE = regex(r"\$(\w+|\{\w+\})")
_REPEATS = regex(r"[*+{]")
_FIRST_LETTER = regex(r"(?<!\w)\w")
_UNSANE = regex(r"[^a-zA-Z0-9_-]+")


def _replace(text: Any, old: Any, new: Any) -> str:
    whole = as_text(text)
    pattern = as_text(old)
    is_regex = pattern.startswith("/") and pattern.endswith("/")
    if is_regex and len(pattern) > 1:
        return _regex_replace(whole, pattern[1:-1], new)
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


def _regex_replace(text: Any, pattern: Any, new: Any) -> str:
    escaped = as_text(new).replace("\\", "\\\\")
    template = _REFERENCE.sub(_group, escaped)
    subject = _subject(text)
    try:
        return _pattern(pattern).sub(template, subject)
    except (re.error, IndexError):
        raise UnknownValueError("its replacement is not followed") from None


def _group(match: re.Match[str]) -> str:
    return f"\\g<{match[1].strip('{}')}>"


def _regex(pattern: Any, text: Any) -> Any:
    subject = _subject(text)
    match = _pattern(pattern).search(subject)
    if match is None:
        raise UnknownValueError("its pattern does not match")

    by_name = match.groupdict()
    if by_name:
        return by_name
    groups = match.groups()
    return list(groups) if groups else match[0]


def _split(separator: Any, text: Any) -> list[str]:
    whole = as_text(text)
    mark = as_text(separator)
    return whole.split(mark) if mark else list(whole)


def _coalesce(*values: Any) -> Any:
    for value in values:
        if value is not None:
            return value
    raise UnknownValueError("all its values are null")


def _flatten(value: Any) -> list[Any]:
    flat = []
    for item in as_list(value):
        if isinstance(item, list):
            flat += _flatten(item)
        else:
            flat.append(item)
    return flat


def _distinct(value: Any) -> list[Any]:
    unique: list[Any] = []
    for item in as_list(value):
        if not any(same(item, other) for other in unique):
            unique.append(item)
    return unique


def _lookup(value: Any, key: Any, default: Any = None) -> Any:
    return as_mapping(value).get(as_text(key), default)


def _merge(*values: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for value in values:
        if value is not None:
            whole |= as_mapping(value)
    return whole


def _index_of(values: Any, wanted: Any) -> int:
    for place, item in enumerate(as_list(values)):
        if same(item, wanted):
            return place
    raise UnknownValueError("the item is not in the list")


def _range(*numbers: Any) -> list[int]:
    values = [int(as_number(number)) for number in numbers]
    whole = range(*values)
    if len(whole) > _LONGEST:
        raise UnknownValueError("its range is too long")
    return list(whole)


def _product(*lists: Any) -> list[list[Any]]:
    rows: list[list[Any]] = [[]]
    for values in lists:
        rows = [[*row, item] for row in rows for item in as_list(values)]
        if len(rows) > _LONGEST:
            raise UnknownValueError("its product is too long")
    return rows


def _format(text: Any, *values: Any) -> str:
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


def _element(values: Any, at: Any) -> Any:
    items = as_list(values)
    if not items:
        raise UnknownValueError("its list is empty")
    number = int(as_number(at))
    return items[number % len(items)]


def _slice(values: Any, start: Any, end: Any) -> list[Any]:
    first = int(as_number(start))
    after = int(as_number(end))
    return as_list(values)[first:after]


def _substr(text: Any, start: Any, length: Any) -> str:
    at = int(as_number(start))
    amount = int(as_number(length))
    rest = as_text(text)[at:]
    return rest if amount < 0 else rest[:amount]


def _length(value: Any) -> int:
    if isinstance(value, list | dict):
        return len(value)
    raise UnknownValueError("a value without a length is asked for it")


def _reverse(value: Any) -> Any:
    return value[::-1] if isinstance(value, list) else as_text(value)[::-1]


def _sanitize(text: Any) -> str:
    return _UNSANE.sub(lambda match: "_" * len(match[0]), as_text(text))


def _title(text: Any) -> str:
    """Go's strings.Title: the first letter of each word, and `_` is one of a word."""
    return _FIRST_LETTER.sub(lambda match: match[0].upper(), as_text(text))


def _digest(name: str) -> Callable[[Any], str]:
    return lambda text: hashlib.new(name, as_text(text).encode()).hexdigest()


def _decoded(text: Any) -> Any:
    try:
        return json.loads(as_text(text))
    except (ValueError, RecursionError):
        raise UnknownValueError("its JSON cannot be read") from None


def _from_base64(text: Any) -> str:
    try:
        return b64decode(as_text(text), validate=True).decode()
    except ValueError:
        raise UnknownValueError("its base64 cannot be read") from None


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def _divided(left: Any, right: Any) -> int | float:
    quotient = as_number(left) / _divisor(right)
    return _number(quotient)


def _remainder(left: Any, right: Any) -> int | float:
    return as_number(left) % _divisor(right)


def _divisor(value: Any) -> int | float:
    number = as_number(value)
    if not number:
        raise UnknownValueError("it divides by zero")
    return number


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "upper": lambda text: as_text(text).upper(),
    "lower": lambda text: as_text(text).lower(),
    "title": _title,
    "replace": _replace,
    "trim": lambda text, marks: as_text(text).strip(as_text(marks)),
    "trimspace": lambda text: as_text(text).strip(),
    "trimprefix": lambda text, start: as_text(text).removeprefix(as_text(start)),
    "trimsuffix": lambda text, end: as_text(text).removesuffix(as_text(end)),
    "chomp": lambda text: as_text(text).rstrip("\r\n"),
    "strlen": lambda text: len(as_text(text)),
    "substr": _substr,
    "format": _format,
    "join": lambda mark, *lists: as_text(mark).join(
        [as_text(item) for values in lists for item in as_list(values)]
    ),
    "split": _split,
    "regex": _regex,
    "regex_replace": _regex_replace,
    "sanitize": _sanitize,
    "basename": lambda path: posixpath.basename(as_text(path)),
    "dirname": lambda path: posixpath.dirname(as_text(path)) or ".",
    "concat": lambda *lists: [item for values in lists for item in as_list(values)],
    "contains": lambda values, wanted: any(
        same(item, wanted) for item in as_list(values)
    ),
    "coalesce": _coalesce,
    "compact": lambda values: [item for item in as_list(values) if item],
    "distinct": _distinct,
    "element": _element,
    "flatten": _flatten,
    "index": lambda values, key: as_list(values)[int(as_number(key))],
    "indexof": _index_of,
    "keys": lambda value: sorted(as_mapping(value)),
    "values": lambda value: [item for _, item in sorted(as_mapping(value).items())],
    "length": _length,
    "lookup": _lookup,
    "merge": _merge,
    "range": _range,
    "reverse": _reverse,
    "reverselist": _reverse,
    "setproduct": _product,
    "slice": _slice,
    "sort": lambda values: sorted(as_text(item) for item in as_list(values)),
    "zipmap": lambda keys, values: dict(
        zip(map(as_text, as_list(keys)), as_list(values), strict=False)
    ),
    "max": lambda *numbers: max(map(as_number, numbers)),
    "min": lambda *numbers: min(map(as_number, numbers)),
    "add": lambda left, right: as_number(left) + as_number(right),
    "subtract": lambda left, right: as_number(left) - as_number(right),
    "multiply": lambda left, right: as_number(left) * as_number(right),
    "divide": _divided,
    "modulo": _remainder,
    "negate": lambda number: -as_number(number),
    "int": lambda number: int(as_number(number)),
    "ceil": lambda number: ceil(as_number(number)),
    "floor": lambda number: floor(as_number(number)),
    "absolute": lambda number: abs(as_number(number)),
    "and": lambda left, right: as_bool(left) and as_bool(right),
    "or": lambda left, right: as_bool(left) or as_bool(right),
    "not": lambda value: not as_bool(value),
    "equal": same,
    "notequal": lambda left, right: not same(left, right),
    "greaterthan": lambda left, right: as_number(left) > as_number(right),
    "lessthan": lambda left, right: as_number(left) < as_number(right),
    "md5": _digest("md5"),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "jsonencode": lambda value: json.dumps(value, separators=(",", ":")),
    "jsondecode": _decoded,
    "base64encode": lambda text: b64encode(as_text(text).encode()).decode(),
    "base64decode": _from_base64,
}


def call(name: str, values: list[Any]) -> Any:
    """What a function gives. An UnknownValueError where it is not known."""
    function = FUNCTIONS.get(name)
    if function is None:
        raise UnknownValueError(f"the function {name} is not followed")
    try:
        return function(*values)
    except (TypeError, ValueError, IndexError, OverflowError, RecursionError):
        raise UnknownValueError(f"{name} is called with other values") from None
