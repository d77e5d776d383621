"""Functions of bake files that work on lists and mappings.

Source: docker/buildx, bake/hclparser/stdlib.go, over zclconf/go-cty's stdlib.
"""

from __future__ import annotations

from typing import Any

from lightship.builds.hcl.hcl_values import (
    as_list,
    as_mapping,
    as_number,
    as_text,
    same,
)
from lightship.builds.interpolation import UnknownValueError

_LONGEST = 10_000  # items that `range` and `setproduct` may make


def first_given(*values: Any) -> Any:
    """`coalesce`: the first value that is not null."""
    for value in values:
        if value is not None:
            return value
    raise UnknownValueError("all its values are null")


def flattened(value: Any) -> list[Any]:
    """`flatten`: the items of lists within lists, as one list."""
    flat = []
    for item in as_list(value):
        if isinstance(item, list):
            flat += flattened(item)
        else:
            flat.append(item)
    return flat


def distinct(value: Any) -> list[Any]:
    """`distinct`: each item once."""
    unique: list[Any] = []
    for item in as_list(value):
        if not any(same(item, other) for other in unique):
            unique.append(item)
    return unique


def looked_up(value: Any, key: Any, default: Any = None) -> Any:
    """`lookup`: a value of a mapping, or another one where it has none."""
    return as_mapping(value).get(as_text(key), default)


def merged(*values: Any) -> dict[str, Any]:
    """`merge`: mappings as one; what a later one says holds."""
    whole: dict[str, Any] = {}
    for value in values:
        if value is not None:
            whole |= as_mapping(value)
    return whole


def index_of(values: Any, wanted: Any) -> int:
    """`indexof`: the first place of an item."""
    for place, item in enumerate(as_list(values)):
        if same(item, wanted):
            return place
    raise UnknownValueError("the item is not in the list")


def number_range(*numbers: Any) -> list[int]:
    """`range`: numbers at equal distances."""
    values = [int(as_number(number)) for number in numbers]
    whole = range(*values)
    if len(whole) > _LONGEST:
        raise UnknownValueError("its range is too long")
    return list(whole)


def combinations(*lists: Any) -> list[list[Any]]:
    """`setproduct`: every choice of one item from each list."""
    rows: list[list[Any]] = [[]]
    for values in lists:
        rows = [[*row, item] for row in rows for item in as_list(values)]
        if len(rows) > _LONGEST:
            raise UnknownValueError("its product is too long")
    return rows


def element(values: Any, at: Any) -> Any:
    """`element`: an item of a list; beyond its end counting begins again."""
    items = as_list(values)
    if not items:
        raise UnknownValueError("its list is empty")
    number = int(as_number(at))
    return items[number % len(items)]


def items_between(values: Any, start: Any, end: Any) -> list[Any]:
    """`slice`: the items from one place up to another."""
    first = int(as_number(start))
    after = int(as_number(end))
    return as_list(values)[first:after]


def length(value: Any) -> int:
    """`length`: how many items there are."""
    if isinstance(value, list | dict):
        return len(value)
    raise UnknownValueError("a value without a length is asked for it")


def reversed_value(value: Any) -> Any:
    """`reverse` and `reverselist`: a text or a list from its end."""
    whole = value if isinstance(value, list) else as_text(value)
    return whole[::-1]
