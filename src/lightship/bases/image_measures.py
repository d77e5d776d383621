"""`ImageMeasures`: what an image is, once a registry was asked for it and all of it was read."""

from __future__ import annotations

from datetime import date

from lightship.record import record
from lightship.vulns.flaw_summary import FlawSummary


@record
class ImageMeasures:
    """An image as its registry has it today, for one platform.

    `place` is where it was read. `stored` is in bytes as layers are sent, `size` in bytes of the
    files in them. `created` is None where the image does not say it, or says a day before 1990, as
    reproducible builds do. `packages` counts those of the distribution, of Python and of npm.
    `flaws` is None where nobody has a copy of OSV.
    """

    place: str
    digest: str
    platform: str
    created: date | None
    stored: int | None
    size: int
    packages: int
    flaws: FlawSummary | None = None
