"""FIRST's EPSS scores, as `epss_scores-2026-01-31.csv`, which is published in gzip.

The first line has the version of the model and the day, the second names the columns, and each
other one is a CVE with its score and percentile. A row that is not so is left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lightship.errors import DatabaseError
from lightship.record import record
from lightship.vulns.exploitation import is_cve

LONGEST_LINE = 1000  # characters
_COLUMNS = "cve,epss,percentile"
_DATE = re.compile(r"score_date:([0-9]{4}-[0-9]{2}-[0-9]{2})")

ScoredRow = tuple[str, float, float]
"""A CVE, its probability, and its percentile."""


@record
class EpssScores:
    """The day of the scores, and the rows; None stands for one that cannot be read."""

    dated: str
    rows: Iterator[ScoredRow | None]


def read_epss(lines: Iterable[str], path: str) -> EpssScores:
    """The scores in the lines of a file; a DatabaseError where it has none."""
    rest = iter(lines)
    first = next(rest, "").strip()
    head = next(rest, "").strip()
    dated = _DATE.search(first)
    if dated is None or not first.startswith("#") or head != _COLUMNS:
        raise DatabaseError(
            f"{path} has no EPSS scores as FIRST publishes them; get it again"
        )
    return EpssScores(dated[1], map(_row, rest))


def _row(line: str) -> ScoredRow | None:
    fields = line.strip().split(",") if len(line) <= LONGEST_LINE else []
    if len(fields) != 3 or not is_cve(fields[0]):
        return None
    try:
        score, percentile = float(fields[1]), float(fields[2])
    except ValueError:
        return None
    are_shares = 0 <= score <= 1 and 0 <= percentile <= 1
    return (fields[0], score, percentile) if are_shares else None
