"""`Outcome`: a limit that the user sets, and whether it is kept."""

from __future__ import annotations

from lightship.record import record


@record
class Outcome:
    """A limit, and whether the image, the proof or the build keeps it.

    `detail` has the figure and who contributes most, by lines.
    """

    name: str  # as the option: max-size
    limit: str
    figure: str
    passed: bool
    detail: tuple[str, ...] = ()
