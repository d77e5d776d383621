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
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


class WrongError(ValueError):
    """What is not as it has to be, and where."""


def plain(value: Any) -> Any:
    """A record as what JSON knows, by its fields."""
    if hasattr(value, "__dataclass_fields__"):
        return {
            name: plain(getattr(value, name)) for name in value.__dataclass_fields__
        }
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


def record_of(kind: Any, value: Any, place: str = "") -> Any:
    """The record that `plain` wrote. A WrongError that names the key: an unknown one, a missing one, a wrong value."""
    fields = _fields(kind)
    if not isinstance(value, dict):
        raise WrongError(f"{place or 'it'} is no object")
    for name in value:
        if name not in fields:
            raise WrongError(f"{_under(place, name)} is a key that no proof has")
    given = {
        name: _value(fields[name], each, _under(place, name))
        for name, each in value.items()
    }
    missing = sorted(
        name for name in fields if name not in given and not _has_default(kind, name)
    )
    if missing:
        raise WrongError(f"{_under(place, missing[0])} is missing")
    return kind(**given)


@cache
def _fields(kind: Any) -> Mapping[str, Any]:
    """The types of a record's fields, by name."""
    hints = get_type_hints(kind)
    return {name: hints[name] for name in kind.__dataclass_fields__}


def _has_default(kind: type[Any], name: str) -> bool:
    about = kind.__dataclass_fields__[name]
    return about.default is not MISSING or about.default_factory is not MISSING


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
        raise WrongError(f"{place} is no list")
    return tuple(_value(kind, each, f"{place}[{at}]") for at, each in enumerate(value))


def _mapping(kind: Any, value: Any, place: str) -> dict[str, Any]:
    """Texts are those of variables, whose values are not kept: null, and empty here."""
    if not isinstance(value, dict):
        raise WrongError(f"{place} is no object")
    if kind is str and any(each is not None for each in value.values()):
        raise WrongError(f"{place} has values, which no proof keeps")
    return {
        name: "" if kind is str else _value(kind, each, _under(place, name))
        for name, each in value.items()
    }


def _word(kind: type[StrEnum], value: Any, place: str) -> StrEnum:
    if not isinstance(value, str) or value not in list(kind):
        raise WrongError(f"{place} is none of {', '.join(kind)}")
    return kind(value)


def _plain(kind: type[Any], value: Any, place: str) -> Any:
    if kind is float and type(value) is int and abs(value) <= _LARGEST:
        return float(value)
    if type(value) is not kind or (kind is float and not isfinite(value)):
        raise WrongError(f"{place} is not {_KINDS[kind]}")
    if kind in (int, float) and abs(value) > _LARGEST:
        raise WrongError(f"{place} is larger than any figure")
    return value


def _under(place: str, name: str) -> str:
    return f"{place}{'.' if place else ''}{escaped(name, _NAME)}"
