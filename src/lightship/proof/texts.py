"""All texts of a record at once: to take out of them what must not be kept or shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

T = TypeVar("T")
Rewrite = Callable[[str], str]  # a text -> what stands in its place
HIDDEN = "********"
# Characters: less than that would hide parts of words and versions
_LEAST, _LEAST_OF_VARIABLES = 4, 6


def mapped(value: T, text: Rewrite) -> T:
    """A record, tuple or mapping in which `text` has replaced every text.

    Words of an enumeration are our own, and stay.
    """
    return _mapped(value, text)  # type: ignore[no-any-return]


def _mapped(value: Any, text: Rewrite) -> Any:
    if type(value) is str:
        return text(value)
    if isinstance(value, tuple):
        return tuple(_mapped(item, text) for item in value)
    if isinstance(value, Mapping):
        items: dict[Any, Any] = {}
        for key, item in value.items():
            new_key = _mapped(key, text)
            items[new_key] = _mapped(item, text)
        return items
    if hasattr(value, "__dataclass_fields__"):
        changes: dict[str, Any] = {}
        for name in value.__dataclass_fields__:
            field = getattr(value, name)
            changes[name] = _mapped(field, text)
        return replace(value, **changes)
    return value


def hider(secrets: Iterable[str], variables: Mapping[str, str]) -> Rewrite:
    """What takes secrets and their lines out of a text, the longest first.

    It puts `$NAME` for the values of variables.
    """
    hidden: dict[str, str] = {}
    for name, value in variables.items():
        if len(value) >= _LEAST_OF_VARIABLES:
            hidden[value] = f"${name}"
    for secret in secrets:
        for line in (secret, *secret.splitlines()):
            text = line.strip()
            if len(text) >= _LEAST:
                hidden[text] = HIDDEN
    longest_first = sorted(hidden, key=len, reverse=True)

    def hide(text: str) -> str:
        for value in longest_first:
            text = text.replace(value, hidden[value])
        return text

    return hide
