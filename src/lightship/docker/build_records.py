"""What builds of a proof leave in a builder's cache, taken away again.

`docker buildx du --verbose` tells of each record when it was created. Those that were created while
a build of ours ran are ours; a record that was there before, which a build of ours used, is not.
What somebody else builds on the same builder in the same seconds is taken away too: it costs them
a rebuild, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from lightship.docker.connection import address, connected
from lightship.docker.leftovers import buildx
from lightship.regex import regex

Window = tuple[
    float, float
]  # when a build was begun and when it ended, in seconds since 1970

_TRIES = 4  # what others are made of can go when they are gone
_AT_ONCE = 200  # ids in one call
_RECORD = regex(r"^ID:[ \t]*([0-9a-z]{25})$", 8)  # re.MULTILINE
_PULLED = "\nDescription:\tpulled from "
_CREATED = regex(
    r"\nCreated at:[ \t]*([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9:]{8}(?:\.[0-9]{1,6})?)[0-9]*"
    r" ([+-][0-9]{4})"
)


def forget_records(windows: Sequence[Window], builder: str = "") -> None:
    """Remove the records that were created in these times.

    `builder` is one of buildx's, where it is not the engine's own. Nothing is removed from a
    machine whose clock is another one, and podman has no such records. An EngineError where the
    builder does not answer.
    """
    place = address()
    if not windows or not place.host.startswith("unix:"):
        return
    with connected(place) as client:
        if client.is_podman:
            return
    for _ in range(_TRIES):
        usage = buildx("du", builder, "--verbose")
        ours = list(records(usage, windows))
        if not ours:
            return
        for start in range(0, len(ours), _AT_ONCE):
            pattern = "|".join(ours[start : start + _AT_ONCE])
            buildx("prune", builder, "--force", "--all", "--filter", f'id="{pattern}"')


def records(text: str, windows: Sequence[Window]) -> Iterator[str]:
    """The ids of the records of `docker buildx du --verbose` that were created in these times.

    But for base images that were pulled then, which the next build would pull again.
    """
    found = list(_RECORD.finditer(text))
    ends = [record.start() for record in found[1:]]
    ends.append(len(text))
    for record, end in zip(found, ends, strict=False):
        body = text[record.end() : end]
        if _PULLED in body:
            continue
        created = _created(body)
        if any(start <= created <= over for start, over in windows):
            yield record[1]


def _created(text: str) -> float:
    """When a record was created, in seconds since 1970; 0 where that is not told."""
    head, _, _ = text.partition("\nDescription:")
    when = _CREATED.search(head)
    if when is None:
        return 0.0
    try:
        return datetime.fromisoformat(f"{when[1]}T{when[2]}{when[3]}").timestamp()
    except ValueError:
        return 0.0
