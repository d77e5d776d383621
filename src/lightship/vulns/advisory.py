"""`Advisory`: what one record of OSV says, as far as packages are judged by it."""

from __future__ import annotations

from lightship.record import record

INTRODUCED, FIXED, LAST_AFFECTED, LIMIT = EVENTS = (
    "introduced",
    "fixed",
    "last_affected",
    "limit",
)


@record
class VersionRange:
    """Where a flaw came and went: `events` are (kind, version), in any order.

    `is_semver` is for ranges that are in Semantic Versioning's order, whatever the ecosystem's is.
    """

    events: tuple[tuple[str, str], ...]
    is_semver: bool = False


@record
class Affected:
    """Which versions of one package are affected: those in any range, and those in `versions`.

    `ecosystem` is as OSV writes it, with what follows the colon (`Debian:13`). `urgency` is the
    distribution's own word, empty where it has none.
    """

    ecosystem: str
    name: str
    ranges: tuple[VersionRange, ...] = ()
    versions: tuple[str, ...] = ()
    urgency: str = ""


@record
class Advisory:
    """A record.

    `modified` is in seconds since 1970. `aliases` are the same flaw; `upstream` are the flaws that
    a distribution's record is about. `vectors` are (type, score) as in `severity` of OSV, `rating`
    is the word of a database that has no vector.
    """

    id: str
    modified: int
    summary: str = ""
    aliases: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    vectors: tuple[tuple[str, str], ...] = ()
    rating: str = ""
    affected: tuple[Affected, ...] = ()
