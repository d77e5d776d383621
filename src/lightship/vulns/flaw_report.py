"""`FlawReport`: the result of a search for known vulnerabilities."""

from __future__ import annotations

from lightship.record import record
from lightship.vulns.earlier_report import FlawChange
from lightship.vulns.exploitation import FeedState
from lightship.vulns.first_actions import Action
from lightship.vulns.ignored import Accepted
from lightship.vulns.known_vulnerabilities import KnownFlaw


@record
class CopyAge:
    """How old the copy of OSV is that was asked, in seconds since 1970.

    `downloaded` is when the oldest part that was asked came, `newest` the time of the copy's newest
    record: a mirror may be old itself.
    """

    downloaded: int
    newest: int

    @property
    def oldest(self) -> int:
        return min(self.downloaded, self.newest)


@record
class FlawReport:
    """What is known against the packages of `target`.

    `packages` counts those that were judged. `dockerfile` is how reports name the Dockerfile, empty
    where none is known. With an earlier report `change` says what became of that, and `findings`
    are only those that it does not have. `feeds` are the lists of exploits that the copy has.
    """

    target: str
    packages: int
    findings: tuple[KnownFlaw, ...]
    accepted: tuple[Accepted, ...]
    actions: tuple[Action, ...]
    age: CopyAge
    notes: tuple[str, ...] = ()
    dockerfile: str = ""
    change: FlawChange | None = None
    feeds: tuple[FeedState, ...] = ()
