"""A law that holds for every one of many cases: one item of the suite, which names all cases that break it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")


def every(cases: Iterable[tuple[str, T]], law: Callable[[T], object]) -> None:
    """Ask `law` of each case; those for which it raises are named, each with its own traceback.

    Where the law skips a case the others are asked, and then all of them count as skipped.
    """
    broken: dict[str, BaseException] = {}
    skipped: dict[str, str | None] = {}
    for name, case in cases:
        try:
            law(case)
        except pytest.skip.Exception as skip:
            skipped[name] = skip.msg
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - the next case is asked too
            error.add_note(f"in {name}")
            broken[name] = error
    if broken:
        raise BaseExceptionGroup(", ".join(broken), list(broken.values()))
    if skipped:
        pytest.skip("; ".join(f"{name}: {why}" for name, why in skipped.items()))
