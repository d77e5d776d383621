"""How many made-up cases a law is asked of: all in `make test`, two fifths with `--quick`, as `make check` says it."""

from __future__ import annotations

quick = False


def share_of(number: int) -> int:
    """What is left of `number` cases that are made up, or that show the same in another place."""
    return max(number * 2 // 5, 1) if quick else number
