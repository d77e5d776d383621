"""The state of the copy of OSV, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lightship.report.kit.json_stream import json_object
from lightship.wording.counts import count
from lightship.wording.dates import day
from lightship.wording.printable import escaped

if TYPE_CHECKING:
    from lightship.vulns.copy_status import CopyStatus

STATUS_FORMATS = ("text", "json")


def status_writer(name: str) -> Callable[[CopyStatus], Iterator[str]]:
    """The function that shows a CopyStatus in a format."""
    return _as_json if name == "json" else _as_text


def _as_text(status: CopyStatus) -> Iterator[str]:
    yield f"{escaped(status.path)}\n"
    for state in status.sources:
        yield (
            f"{state.ecosystem:<12} {count(state.records, 'record'):>16}  "
            f"downloaded {day(state.downloaded)}  newest {day(state.newest)}  "
            f"{escaped(state.origin)}\n"
        )
    for feed in status.feeds:
        yield (
            f"{feed.name:<12} {count(feed.records, 'record'):>16}  "
            f"downloaded {day(feed.downloaded)}  dated {feed.dated}  "
            f"{escaped(feed.origin)}\n"
        )
    for origin, reason, number in status.skipped:
        yield f"skipped {count(number, 'record')} of {escaped(origin)}: {reason}\n"


def _as_json(status: CopyStatus) -> Iterator[str]:
    yield from json_object(
        {
            "version": 1,
            "path": status.path,
            "ecosystems": [
                {
                    "name": state.ecosystem,
                    "records": state.records,
                    "downloaded": day(state.downloaded),
                    "newest": day(state.newest),
                    "from": state.origin,
                }
                for state in status.sources
            ],
            "exploits": [
                {
                    "name": feed.name,
                    "records": feed.records,
                    "downloaded": day(feed.downloaded),
                    "dated": feed.dated,
                    "from": feed.origin,
                }
                for feed in status.feeds
            ],
            "skipped": [
                {"from": origin, "reason": reason, "records": number}
                for origin, reason, number in status.skipped
            ],
        }
    )
