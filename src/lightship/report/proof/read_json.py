"""A kept proof read back from its JSON, which anybody may have written.

What is no proof is a UsageError that names the key: an unknown one, a missing one, a value of another kind. Keys that a
later lightship of the same version has added are missing in older files, and have their defaults then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from math import isfinite
from types import UnionType
from typing import Any, NoReturn, get_args, get_origin, get_type_hints

from lightship.errors import UsageError
from lightship.inspection.shown import shown
from lightship.proof.model import Proof
from lightship.report.proof.as_json import VERSION

LONGEST = 16 << 20  # bytes of a file
_LARGEST = 2**63 - 1  # of a number
_NAME = 60  # characters of a key or a value in a message
_KINDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def read_json(text: str | bytes, where: str = "the proof") -> Proof:
    """The Proof that `as_json` wrote; `where` is what it was read from, for errors."""
    if len(text) > LONGEST:
        raise UsageError(f"{where}: no proof has more than {LONGEST >> 20} MiB")
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise UsageError(f"{where}: this is nested deeper than any proof") from None
    except ValueError as error:
        raise UsageError(f"{where}: this is no JSON: {shown(str(error), 200)}") from None
    try:
        _check_version(found)
        proof: Proof = _record(Proof, found, "")
    except _WrongError as error:
        raise UsageError(f"{where}: this is no proof of lightship: {error}") from None
    return proof


class _WrongError(ValueError):
    """What is not as it has to be, and where."""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _check_version(found: Any) -> None:
    """What another version means by its keys is not guessed."""
    version = found.get("version") if isinstance(found, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or abs(version) > _LARGEST:
        raise _WrongError("it says no `version`")
    if version != VERSION:
        age = "a newer" if version > VERSION else "an older"
        raise _WrongError(f"it has version {version}, of {age} lightship; this one reads version {VERSION}")


@cache
def _fields(kind: Any) -> Mapping[str, Any]:
    """The types of a record's fields, by name."""
    hints = get_type_hints(kind)
    return {name: hints[name] for name in kind.__dataclass_fields__}


def _record(kind: Any, value: Any, place: str) -> Any:
    fields = _fields(kind)
    if not isinstance(value, dict):
        raise _WrongError(f"{place or 'it'} is no object")
    for name in value:
        if name not in fields:
            raise _WrongError(f"{_under(place, name)} is a key that no proof has")
    given = {name: _value(fields[name], each, _under(place, name)) for name, each in value.items()}
    try:
        return kind(**given)
    except TypeError:  # what has no default is missing
        missing = sorted(name for name in fields if name not in given and not _has_default(kind, name))
        raise _WrongError(f"{_under(place, missing[0])} is missing") from None


def _has_default(kind: type[Any], name: str) -> bool:
    from dataclasses import MISSING  # noqa: PLC0415 - only an error needs it

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
        return _record(kind, value, place)
    if issubclass(kind, StrEnum):
        return _word(kind, value, place)
    return _plain(kind, value, place)


def _items(kind: Any, value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _WrongError(f"{place} is no list")
    return tuple(_value(kind, each, f"{place}[{at}]") for at, each in enumerate(value))


def _mapping(kind: Any, value: Any, place: str) -> dict[str, Any]:
    """Texts are those of variables, whose values are not kept: null, and empty here."""
    if not isinstance(value, dict):
        raise _WrongError(f"{place} is no object")
    if kind is str and any(each is not None for each in value.values()):
        raise _WrongError(f"{place} has values, which no proof keeps")
    return {name: "" if kind is str else _value(kind, each, _under(place, name)) for name, each in value.items()}


def _word(kind: type[StrEnum], value: Any, place: str) -> StrEnum:
    if not isinstance(value, str) or value not in list(kind):
        raise _WrongError(f"{place} is none of {', '.join(kind)}")
    return kind(value)


def _plain(kind: type[Any], value: Any, place: str) -> Any:
    if kind is float and type(value) is int and abs(value) <= _LARGEST:
        return float(value)
    if type(value) is not kind or (kind is float and not isfinite(value)):
        raise _WrongError(f"{place} is not {_KINDS[kind]}")
    if kind in (int, float) and abs(value) > _LARGEST:
        raise _WrongError(f"{place} is larger than any figure")
    return value


def _under(place: str, name: str) -> str:
    return f"{place}{'.' if place else ''}{shown(name, _NAME)}"
