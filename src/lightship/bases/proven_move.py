"""`ProvenMove`: what building and running a project on another image came to."""

from __future__ import annotations

from lightship.record import record


@record
class ProvenMove:
    """The verdict beside the build as it is, and its first reasons, as `lightship prove` says them.

    `rank` sorts verdicts, the best first. `size` is that of the whole image in bytes, `before` that
    of the image as it is, both 0 where one did not build. `start` is seconds to the first answer,
    None where nothing answered. `is_broken` is whether the project does not work on it.
    """

    verdict: str
    rank: int
    reasons: tuple[str, ...]
    size: int = 0
    before: int = 0
    start: float | None = None
    is_broken: bool = False
