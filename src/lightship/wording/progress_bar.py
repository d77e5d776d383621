"""How much of something was read: a bar, a share and an amount."""

from __future__ import annotations

from typing import NamedTuple

from lightship.wording.sizes import size

_COLUMNS = 24  # of a bar


class Bar(NamedTuple):
    """The parts of a bar, each empty if unknown: `███`, `░░░`, ` 50%`, `1 kB of 2 kB`."""

    full: str
    empty: str
    share: str
    amount: str


def progress_bar(done: int, total: int | None) -> Bar:
    """The bar for `done` bytes of `total`, which is None where nobody knows it."""
    if not total:
        return Bar("", "", "", size(done))
    share = min(done / total, 1)
    blocks = round(share * _COLUMNS)
    amount = f"{size(done)} of {size(total)}"
    return Bar("█" * blocks, "░" * (_COLUMNS - blocks), f"{share:4.0%}", amount)
