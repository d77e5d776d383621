"""A law that holds for every one of many cases: one item of the suite, which names all cases that break it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")


def every(cases: Iterable[tuple[str, T]], law: Callable[[T], object]) -> None:
    """Ask `law` of each case; those for which it raises are named, each with its own traceback."""
    broken: dict[str, BaseException] = {}
    for name, case in cases:
        try:
            law(case)
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - the next case is asked too
            error.add_note(f"in {name}")
            broken[name] = error
    if broken:
        raise BaseExceptionGroup(", ".join(broken), list(broken.values()))


def for_every(
    argument: str, cases: Iterable[T], ids: Callable[[T], str] = str
) -> Callable[[Callable[..., object]], Callable[[], None]]:
    """As `pytest.mark.parametrize`, and all cases are one item of the suite.

    An item of its own costs more than most cases do. The test takes no fixtures.
    """
    named = [(ids(case), case) for case in cases]

    def decorated(test: Callable[..., object]) -> Callable[[], None]:
        def test_all() -> None:
            assert named, "there are no cases"
            every(named, lambda case: test(**{argument: case}))

        test_all.__doc__, test_all.__module__ = test.__doc__, test.__module__
        return test_all

    return decorated
