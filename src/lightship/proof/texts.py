"""All texts of a record at once: to take out of them what must not be kept or shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

T = TypeVar("T")
HIDDEN = "********"
# Characters: less than that would hide parts of words and versions
_LEAST, _LEAST_OF_VARIABLES = 4, 6


def mapped(value: T, text: Callable[[str], str]) -> T:
    """A record, tuple or mapping in which `text` has replaced every text.

    Words of an enumeration are our own, and stay.
    """
    return _mapped(value, text)  # type: ignore[no-any-return]


def _mapped(value: Any, text: Callable[[str], str]) -> Any:
    if type(value) is str:
        return text(value)
    if isinstance(value, tuple):
        return tuple(_mapped(item, text) for item in value)
    if isinstance(value, Mapping):
        items: dict[Any, Any] = {}
        for key, item in value.items():
            items[_mapped(key, text)] = _mapped(item, text)
        return items
    if hasattr(value, "__dataclass_fields__"):
        names = value.__dataclass_fields__
        fields = {name: _mapped(getattr(value, name), text) for name in names}
        return replace(value, **fields)
    return value


def hider(secrets: Iterable[str], variables: Mapping[str, str]) -> Callable[[str], str]:
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
