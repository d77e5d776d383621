"""The cases of a parametrised test as one item of the suite, which names all cases that fail.

An item costs pytest and its workers three milliseconds, which is more than most cases take. With `--one-item`, as `make
check` and `make test` say it, a test whose arguments are all parametrised is one item; without it each case can be chosen
by its name. Cases are apart where one has a mark of its own, and where the test asks for a fixture.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import product

import pytest
from every import every

Case = tuple[str, dict[str, object]]
PARAMETER_SET = type(pytest.param())


def one_item(
    collector: pytest.Module | pytest.Class, name: str, test: Callable[..., object]
) -> pytest.Function | None:
    """The item that asks `test` of each of its cases; None where they have to be items of their own."""
    cases = list(cases_of(test))
    if not cases:
        return None

    @functools.wraps(test)
    def all_cases() -> None:
        every(cases, lambda arguments: test(**arguments))

    all_cases.__signature__ = inspect.Signature()
    all_cases.pytestmark = [
        mark for mark in test.pytestmark if mark.name != "parametrize"
    ]
    return pytest.Function.from_parent(collector, name=name, callobj=all_cases)


def cases_of(test: Callable[..., object]) -> Iterator[Case]:
    """The names and arguments of all cases; nothing if they cannot be asked one after another."""
    marks = [
        mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"
    ]
    if not marks or inspect.iscoroutinefunction(test):
        return
    named = {name for mark in marks for name in _names(mark.args[0])}
    if named != inspect.signature(test).parameters.keys():
        return

    sets = [_set(*mark.args, **mark.kwargs) for mark in marks]
    for combination in product(*sets):
        arguments: dict[str, object] = {}
        for _, values in combination:
            arguments |= values
        yield "-".join(name for name, _ in combination), arguments


def _set(
    names: str | Collection[str],
    values: Iterable[object],
    indirect: object = False,
    ids: Iterable[object] | Callable[[object], object] | None = None,
    scope: str | None = None,
) -> list[Case]:
    """What `pytest.mark.parametrize` was called with, as cases; nothing if one of them is more than values."""
    if indirect or scope or not isinstance(values, Collection):
        return []
    arguments = _names(names)
    rows = [_row(value, len(arguments)) for value in values]
    if any(row is None for row in rows):
        return []

    given = [None] * len(rows) if ids is None or callable(ids) else list(ids)
    called = ids if callable(ids) else lambda _: None
    cases = []
    for number, (own, row) in enumerate(rows):
        case = dict(zip(arguments, row, strict=True))
        name = own or given[number] or _name(case, number, called)
        cases.append((str(name), case))
    return cases


def _names(names: str | Collection[str]) -> list[str]:
    """The arguments that a `parametrize` gives; pytest takes them as one text, too."""
    if isinstance(names, str):
        return [name.strip() for name in names.split(",")]
    return list(names)


def _row(value: object, width: int) -> tuple[str | None, tuple[object, ...]] | None:
    """The name that a case has of its own, and its values; None where it has marks."""
    if isinstance(value, PARAMETER_SET):
        return None if value.marks else (value.id, tuple(value.values))
    return None, (value,) if width == 1 else tuple(value)


def _name(
    case: dict[str, object], number: int, called: Callable[[object], object]
) -> str:
    """What pytest would call the case."""
    return "-".join(
        _text(value if called(value) is None else called(value))
        or f"{argument}{number}"
        for argument, value in case.items()
    )


def _text(value: object) -> str:
    if isinstance(value, str | bytes):
        return ascii(value)[1:-1]
    if value is None or isinstance(value, int | float | complex):
        return str(value)
    return getattr(value, "__name__", "")
