"""`CopyStatus`: what the user's copy of OSV holds."""

from __future__ import annotations

from lightship.record import record
from lightship.vulns.exploitation import FeedState


@record
class SourceState:
    """An ecosystem's part: where it is from, when it was taken over, its newest record.

    Both times are in seconds since 1970. `tag` tells a server which content it is.
    """

    ecosystem: str
    origin: str
    tag: str
    downloaded: int
    newest: int
    records: int


@record
class CopyStatus:
    """The file, its parts, and what was skipped: from where, why, and how many.

    `feeds` are the lists of exploits that it has.
    """

    path: str
    sources: tuple[SourceState, ...]
    skipped: tuple[tuple[str, str, int], ...]
    feeds: tuple[FeedState, ...] = ()
