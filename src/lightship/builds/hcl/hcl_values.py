"""Expressions of HCL, and the scope in which they have a value.

A value is a str, bool, int, float, None, list or dict. What is not known raises UnknownValueError
wherever it is used, so that nothing is made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lightship.builds.interpolation import UnknownValueError
from lightship.record import record

Expression = Callable[["HclScope"], Any]
_MOST = 1_000_000  # characters and items that one file may make
_LARGEST = 10**18
_DEEPEST = 50  # variables and functions that use one another


@record(eq=False)
class HclFunction:
    """A function of a file: its parameters, the one that takes the rest, and its result."""

    params: tuple[str, ...]
    rest: str | None
    result: Expression


@record(eq=False, frozen=False)
class Spending:
    """What evaluation may still make, and how deep it is."""

    left: int = _MOST
    depth: int = 0

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise UnknownValueError("it makes more text than lightship follows")


@record(eq=False)
class HclScope:
    """Names with their values; `outer` names are worked out when they are asked for."""

    outer: Mapping[str, Expression]
    functions: Mapping[str, HclFunction]
    spending: Spending
    local: Mapping[str, Any]

    def get(self, name: str) -> Any:
        """The value of a name. An UnknownValueError where there is none."""
        if name in self.local:
            return self.local[name]
        expression = self.outer.get(name)
        if expression is None:
            raise UnknownValueError(f"{name} is not defined")
        return self.deeper(expression, {})

    def deeper(self, expression: Expression, local: Mapping[str, Any]) -> Any:
        """The value of an expression with local names alone, one step deeper."""
        if self.spending.depth >= _DEEPEST:
            raise UnknownValueError("its variables refer to one another")
        self.spending.depth += 1
        try:
            inner = HclScope(self.outer, self.functions, self.spending, local)
            return expression(inner)
        finally:
            self.spending.depth -= 1

    def with_names(self, names: Mapping[str, Any]) -> HclScope:
        """The same scope with further local names."""
        local = {**self.local, **names}
        return HclScope(self.outer, self.functions, self.spending, local)


@record(eq=False)
class HclObject:
    """`{ key = value }`, whose items can be asked for one by one."""

    items: tuple[tuple[Expression, Expression], ...]

    def __call__(self, scope: HclScope) -> dict[str, Any]:
        scope.spending.spend(len(self.items))
        return {as_text(key(scope)): value(scope) for key, value in self.items}


def as_text(value: Any) -> str:
    """A value in a text. An UnknownValueError for what has no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.15g}"
    raise UnknownValueError("a value that is not a text is used as one")


def as_number(value: Any) -> int | float:
    """A value in a sum."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise UnknownValueError("a value that is not a number is used as one")
    number = value
    if isinstance(value, str):
        try:
            number = int(value) if value.lstrip("-").isdecimal() else float(value)
        except ValueError:
            raise UnknownValueError(f"{value!r} is not a number") from None
    assert not isinstance(number, str)
    if not abs(number) <= _LARGEST:
        raise UnknownValueError("its number is too large")
    return number


def as_bool(value: Any) -> bool:
    """A value in a condition."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise UnknownValueError("a value that is not true or false is used as one")


def as_list(value: Any) -> list[Any]:
    """A value in a loop."""
    if isinstance(value, list):
        return value
    raise UnknownValueError("a value that is not a list is used as one")


def as_mapping(value: Any) -> dict[str, Any]:
    """A value that is asked for an item by name."""
    if isinstance(value, dict):
        return value
    raise UnknownValueError("a value that is not an object is used as one")


def same(left: Any, right: Any) -> bool:
    """`==`: values of two kinds differ."""
    is_bool = isinstance(left, bool), isinstance(right, bool)
    return is_bool[0] == is_bool[1] and bool(left == right)


def item_of(value: Any, key: Any) -> Any:
    """`value[key]` or `value.key`."""
    try:
        if isinstance(value, list):
            return value[int(as_number(key))]
        if isinstance(value, Mapping):
            return value[as_text(key)]
    except (KeyError, IndexError):
        raise UnknownValueError(f"there is no {as_text(key)}") from None
    raise UnknownValueError("a value without items is asked for one")


def constant(value: Any) -> Expression:
    """An expression that always has the same value."""
    return lambda _scope: value


def joined_texts(parts: Sequence[Expression]) -> Expression:
    """A template: one part alone keeps its kind."""
    if len(parts) == 1:
        return parts[0]

    def text(scope: HclScope) -> str:
        whole = "".join([as_text(part(scope)) for part in parts])
        scope.spending.spend(len(whole))
        return whole

    return text
