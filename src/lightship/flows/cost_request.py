"""`CostRequest`: over which history findings of CI are to have their costs."""

from __future__ import annotations

from lightship.record import record


@record
class CostRequest:
    """Whether findings are to have their costs, over the last `commits` of a branch.

    `times` are files with the seconds of steps.
    """

    cost: bool = False
    commits: int = 500
    branch: str | None = None
    times: tuple[str, ...] = ()
