"""All texts of a record at once: to take out of them what must not be kept or shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

T = TypeVar("T")
HIDDEN = "********"
_LEAST, _LEAST_OF_VARIABLES = (
    4,
    6,
)  # characters: less than that would hide parts of words and versions


def mapped(value: T, text: Callable[[str], str]) -> T:
    """A record, tuple or mapping with every text in it made another; words of an enumeration are our own, and stay."""
    return _mapped(value, text)  # type: ignore[no-any-return]


def _mapped(value: Any, text: Callable[[str], str]) -> Any:
    if type(value) is str:
        return text(value)
    if isinstance(value, tuple):
        return tuple(_mapped(each, text) for each in value)
    if isinstance(value, Mapping):
        return {
            _mapped(name, text): _mapped(each, text) for name, each in value.items()
        }
    if hasattr(value, "__dataclass_fields__"):
        return replace(
            value,
            **{
                name: _mapped(getattr(value, name), text)
                for name in value.__dataclass_fields__
            },
        )
    return value


def hider(secrets: Iterable[str], variables: Mapping[str, str]) -> Callable[[str], str]:
    """What takes secrets and their lines out of a text, and puts `$NAME` for the values of variables; longest first."""
    lines = {line.strip() for value in secrets for line in (value, *value.splitlines())}
    named = {
        value: f"${name}"
        for name, value in variables.items()
        if len(value) >= _LEAST_OF_VARIABLES
    }
    wanted = {**named, **{line: HIDDEN for line in lines if len(line) >= _LEAST}}
    ordered = sorted(wanted, key=len, reverse=True)

    def hide(text: str) -> str:
        for value in ordered:
            text = text.replace(value, wanted[value])
        return text

    return hide
