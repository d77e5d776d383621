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
    return str(value) if isinstance(value, str) else value


def record_of(kind: Any, value: Any, place: str = "") -> Any:
    """The record that `plain` wrote.

    A WrongError names the key: an unknown one, a missing one, a wrong value.
    """
    fields = _fields(kind)
    if not isinstance(value, dict):
        raise WrongError(f"{place or 'it'} is not an object")
    given = {}
    for name, item in value.items():
        where = _under(place, name)
        if name not in fields:
            raise WrongError(f"{where} is not a known key")
        given[name] = _value(fields[name], item, where)

    for name in sorted(fields.keys() - given.keys()):
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
    if origin is UnionType:
        return None if value is None else _value(get_args(kind)[0], value, place)
    if origin is tuple:
        return _items(get_args(kind)[0], value, place)
    if origin is not None:
        return _mapping(get_args(kind)[1], value, place)
    if hasattr(kind, "__dataclass_fields__"):
        return record_of(kind, value, place)
    if issubclass(kind, StrEnum):
        return _word(kind, value, place)
    return _plain(kind, value, place)


def _items(kind: Any, value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise WrongError(f"{place} is not a list")
    numbered = enumerate(value)
    return tuple(_value(kind, item, f"{place}[{number}]") for number, item in numbered)


def _mapping(kind: Any, value: Any, place: str) -> dict[str, Any]:
    """Texts are those of variables, whose values are not kept: null, and empty here."""
    if not isinstance(value, dict):
        raise WrongError(f"{place} is not an object")
    pairs = value.items()
    if kind is not str:
        return {name: _value(kind, item, _under(place, name)) for name, item in pairs}
    if any(item is not None for item in value.values()):
        raise WrongError(f"{place} has values, which a proof never stores")
    return dict.fromkeys(value, "")


def _word(kind: type[StrEnum], value: Any, place: str) -> StrEnum:
    if not isinstance(value, str) or value not in list(kind):
        raise WrongError(f"{place} is not one of {', '.join(kind)}")
    return kind(value)


def _plain(kind: type[Any], value: Any, place: str) -> Any:
    if kind is float and type(value) is int and abs(value) <= _LARGEST:
        return float(value)
    if type(value) is not kind or (kind is float and not isfinite(value)):
        raise WrongError(f"{place} is not {_KINDS[kind]}")
    if kind in (int, float) and abs(value) > _LARGEST:
        raise WrongError(f"{place} is too large")
    return value


def _under(place: str, name: str) -> str:
    return f"{place}{'.' if place else ''}{escaped(name, _NAME)}"
