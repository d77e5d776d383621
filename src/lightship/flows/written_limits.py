"""The limits of an image as they are written: read without anything that looks at images."""

from __future__ import annotations

from lightship.record import record


@record
class LimitOptions:
    """The limits as they are written; None and empty where the user says nothing.

    `dive_ci` and `baseline` are paths: of limits as dive reads them, and of a saved report that an
    increase is counted from.
    """

    max_size: str | None = None
    max_waste: str | None = None
    min_efficiency: str | None = None
    max_increase: str | None = None
    deny: tuple[str, ...] = ()
    ignore_paths: tuple[str, ...] = ()
    dive_ci: str | None = None
    baseline: str | None = None
