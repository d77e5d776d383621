"""The functions that bake files may call, as far as their answer is the same everywhere.

Source: docker/buildx, bake/hclparser/stdlib.go, over zclconf/go-cty's stdlib.
"""

from __future__ import annotations

import json
import posixpath
from base64 import b64encode
from collections.abc import Callable
from math import ceil, floor
from typing import Any

from lightship.builds.hcl.hcl_list_functions import (
    combinations,
    distinct,
    element,
    first_given,
    flattened,
    index_of,
    items_between,
    length,
    looked_up,
    merged,
    number_range,
    reversed_value,
)
from lightship.builds.hcl.hcl_text_functions import (
    digest,
    formatted,
    from_base64,
    from_json,
    matched,
    part_of,
    regex_replaced,
    replaced,
    sanitized,
    split,
    titled,
)
from lightship.builds.hcl.hcl_values import (
    as_bool,
    as_list,
    as_mapping,
    as_number,
    as_text,
    same,
)
from lightship.builds.interpolation import UnknownValueError


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
    "title": titled,
    "replace": replaced,
    "trim": lambda text, marks: as_text(text).strip(as_text(marks)),
    "trimspace": lambda text: as_text(text).strip(),
    "trimprefix": lambda text, start: as_text(text).removeprefix(as_text(start)),
    "trimsuffix": lambda text, end: as_text(text).removesuffix(as_text(end)),
    "chomp": lambda text: as_text(text).rstrip("\r\n"),
    "strlen": lambda text: len(as_text(text)),
    "substr": part_of,
    "format": formatted,
    "join": lambda mark, *lists: as_text(mark).join(
        [as_text(item) for values in lists for item in as_list(values)]
    ),
    "split": split,
    "regex": matched,
    "regex_replace": regex_replaced,
    "sanitize": sanitized,
    "basename": lambda path: posixpath.basename(as_text(path)),
    "dirname": lambda path: posixpath.dirname(as_text(path)) or ".",
    "concat": lambda *lists: [item for values in lists for item in as_list(values)],
    "contains": lambda values, wanted: any(
        same(item, wanted) for item in as_list(values)
    ),
    "coalesce": first_given,
    "compact": lambda values: [item for item in as_list(values) if item],
    "distinct": distinct,
    "element": element,
    "flatten": flattened,
    "index": lambda values, key: as_list(values)[int(as_number(key))],
    "indexof": index_of,
    "keys": lambda value: sorted(as_mapping(value)),
    "values": lambda value: [item for _, item in sorted(as_mapping(value).items())],
    "length": length,
    "lookup": looked_up,
    "merge": merged,
    "range": number_range,
    "reverse": reversed_value,
    "reverselist": reversed_value,
    "setproduct": combinations,
    "slice": items_between,
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
    "md5": digest("md5"),
    "sha1": digest("sha1"),
    "sha256": digest("sha256"),
    "sha512": digest("sha512"),
    "jsonencode": lambda value: json.dumps(value, separators=(",", ":")),
    "jsondecode": from_json,
    "base64encode": lambda text: b64encode(as_text(text).encode()).decode(),
    "base64decode": from_base64,
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
