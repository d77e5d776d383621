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
