"""Records as plain values of JSON, and back; what comes back may have been written by anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING
from enum import StrEnum
from functools import cache
from math import isfinite
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from lightship.wording.printable import escaped

_LARGEST = 2**63 - 1  # of a number
_NAME = 60  # characters of a key or a value in a message
_KINDS = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


class WrongError(ValueError):
    """What is not as it has to be, and where."""


def plain(value: Any) -> Any:
    """A record as what JSON knows, by its fields."""
    if hasattr(value, "__dataclass_fields__"):
        names = value.__dataclass_fields__
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return list(map(plain, value))
    if isinstance(value, str):  # or a word of an enumeration
        return str(value)
    return value


def record_of(kind: Any, value: Any, place: str = "") -> Any:
    """The record that `plain` wrote.

    A WrongError names the key: an unknown one, a missing one, a wrong value.
    """
    if not isinstance(value, dict):
        raise WrongError(f"{place or 'it'} is not an object")
    fields = _fields(kind)
    given: dict[str, Any] = {}
    for name, item in value.items():
        where = _under(place, name)
        if name not in fields:
            raise WrongError(f"{where} is not a known key")
        given[name] = _value(fields[name], item, where)

    missing = fields.keys() - given.keys()
    for name in sorted(missing):
        if not _has_default(kind, name):
            raise WrongError(f"{_under(place, name)} is missing")
    return kind(**given)


@cache
def _fields(kind: Any) -> Mapping[str, Any]:
    """The types of a record's fields, by name."""
    hints = get_type_hints(kind)
    return {name: hints[name] for name in kind.__dataclass_fields__}


def _has_default(kind: type[Any], name: str) -> bool:
    field = kind.__dataclass_fields__[name]
    return field.default is not MISSING or field.default_factory is not MISSING


def _value(kind: Any, value: Any, place: str) -> Any:
    origin = get_origin(kind)
    kinds = get_args(kind)
    if origin is UnionType:  # with None
        return None if value is None else _value(kinds[0], value, place)
    if origin is tuple:
        return _items(kinds[0], value, place)
    if origin is not None:
        return _mapping(kinds[1], value, place)
    if hasattr(kind, "__dataclass_fields__"):
        return record_of(kind, value, place)
    if issubclass(kind, StrEnum):
        return _word(kind, value, place)
    return _plain(kind, value, place)


def _items(kind: Any, value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise WrongError(f"{place} is not a list")
    items: list[Any] = []
    for number, item in enumerate(value):
        where = f"{place}[{number}]"
        items.append(_value(kind, item, where))
    return tuple(items)


def _mapping(kind: Any, value: Any, place: str) -> dict[str, Any]:
    """Texts are those of variables, whose values are not kept: null, and empty here."""
    if not isinstance(value, dict):
        raise WrongError(f"{place} is not an object")
    values: dict[str, Any] = {}
    for name, item in value.items():
        if kind is not str:
            values[name] = _value(kind, item, _under(place, name))
        elif item is None:
            values[name] = ""
        else:
            raise WrongError(f"{place} has values, which a proof never stores")
    return values


def _word(kind: type[StrEnum], value: Any, place: str) -> StrEnum:
    if not isinstance(value, str) or value not in list(kind):
        words = ", ".join(kind)
        raise WrongError(f"{place} is not one of {words}")
    return kind(value)


def _plain(kind: type[Any], value: Any, place: str) -> Any:
    if kind is float and type(value) is int and abs(value) <= _LARGEST:
        return float(value)
    is_of_kind = type(value) is kind
    if is_of_kind and kind is float:
        is_of_kind = isfinite(value)
    if not is_of_kind:
        raise WrongError(f"{place} is not {_KINDS[kind]}")
    if kind in (int, float) and abs(value) > _LARGEST:
        raise WrongError(f"{place} is too large")
    return value


def _under(place: str, name: str) -> str:
    """`figures[0].title`: a key, after the place that it is in."""
    key = escaped(name, _NAME)
    return f"{place}.{key}" if place else key
