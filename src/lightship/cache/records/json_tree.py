"""JSON of others: values of the kind that is wanted, whatever stands there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from lightship.cache.records.record_limits import (
    LARGEST_JSON,
    LONGEST_VALUE,
    MOST_VALUES,
)

_MOST_DIGITS = 1 << 40


def loaded(data: bytes | str) -> dict[str, Any] | None:
    """A JSON object; None for another text, or one that is too long."""
    if len(data) > LARGEST_JSON:
        return None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    return document


def at(tree: Any, *keys: str) -> Mapping[str, Any]:
    """The object at a path of keys; an empty one where there is none."""
    for key in keys:
        if not isinstance(tree, dict):
            return {}
        tree = tree.get(key)
    if not isinstance(tree, dict):
        return {}
    return tree


def objects(tree: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of a list."""
    if not isinstance(tree, list):
        return
    for item in tree[:MOST_VALUES]:
        if isinstance(item, dict):
            yield item


def texts(tree: Any) -> dict[str, str]:
    """The texts of an object, by their keys."""
    if not isinstance(tree, dict):
        return {}
    by_key: dict[str, str] = {}
    items = islice(tree.items(), MOST_VALUES)
    for key, value in items:
        if isinstance(value, str):
            short_key = key[:LONGEST_VALUE]
            by_key[short_key] = value[:LONGEST_VALUE]
    return by_key


def numbers(value: Any) -> int:
    """A whole number; 0 for what is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    if 0 <= value < _MOST_DIGITS:
        return value
    return 0
