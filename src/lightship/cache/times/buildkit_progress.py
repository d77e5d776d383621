"""What became of BuildKit's steps, and how long they took, from the forms of its progress.

`--progress=rawjson` (client/graph.go, SolveStatus) is a row of JSON objects among other lines; a
step may stand there many times, and may be started twice: its time is that of all its intervals,
as BuildKit itself counts it (util/progress/progressui/display.go). Build records have the same
states (`cache/records`); `plain_log.py` reads the other form. A step that was cached or failed has
no time: what stands there is of another build, or of a part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from io import StringIO
from itertools import chain, islice
from typing import Any

from lightship.cache.times.plain_log import LONGEST, MOST_NAMES, plain_builds
from lightship.cache.times.recorded_step import Recorded, RecordedStep
from lightship.record import record
from lightship.regex import regex

_LONGEST_NAME = 4096
_LONGEST_DIGEST = 200
_LONGEST_ERROR = 400
_LONGEST_MOMENT = 40  # characters of a date and a time
_MOST_BUILDS = 10_000  # in one text
_MOST_LINES = 4_000_000  # of rawjson
_LARGEST_STATUS = 1 << 22  # characters of one object
# Once in each build, and with a digest of its own
_DEFINITION = "load build definition from "
# Colours, and the time that a CI puts before each line.
_NOISE = regex(
    r"\x1b\[[0-9;]{0,16}[A-Za-z]|^\ufeff?[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,20}Z ", 8
)  # re.MULTILINE


_Interval = tuple[float, float]  # when a step was started, and when it was completed


@record
class Vertex:
    """One state of one step: its name, when it was started and completed, in seconds since
    1970, None where it is not.

    `error` says why it failed.
    """

    digest: str
    name: str
    started: float | None = None
    completed: float | None = None
    cached: bool = False
    error: str = ""


@record(eq=False, frozen=False)
class _Seen:
    """All that a build says of one step.

    Once it is a hit it stays one: what it is started for afterwards is to pull and unpack its
    layers, for a step that runs on them.
    """

    vertex: Vertex
    cached: bool = False
    intervals: dict[float, float] = field(default_factory=dict)
    pulls: dict[float, float] = field(default_factory=dict)


def read_progress(text: str) -> dict[str, float]:
    """Seconds by the names of steps, from either form.

    Of several builds in one text the last one that has the time.
    """
    times: dict[str, float] = {}
    for build in read_builds(text):
        times |= seconds_of(build)
    return times


def seconds_of(build: Recorded) -> dict[str, float]:
    """The seconds of the steps that have some, by their names."""
    times: dict[str, float] = {}
    for step in build:
        if step.seconds is not None:
            times[step.name] = step.seconds
    return times


def read_builds(text: str) -> list[Recorded]:
    """The builds that a text tells of, in either form; at most _MOST_BUILDS of them."""
    text = _NOISE.sub("", text)
    builds = list(_rawjson_builds(text))
    if not builds:
        of_plain = plain_builds(text)
        builds = list(islice(of_plain, _MOST_BUILDS))
    return builds


def _rawjson_builds(text: str) -> Iterator[Recorded]:
    stream = StringIO(text, newline="\n")
    lines = islice(stream, _MOST_LINES)
    by_status = map(vertexes, statuses(lines))
    states = chain.from_iterable(by_status)
    return islice(vertex_builds(states), _MOST_BUILDS)


def statuses(lines: Iterable[str]) -> Iterator[Any]:
    """Each JSON object that starts a line, over one line or up to a `}` that starts one.

    Of other lines the text.
    """
    held: list[str] = []
    size = 0
    for line in lines:
        if line.startswith("{"):
            held = []
            size = 0
        elif not held:
            yield line
            continue

        held.append(line)
        size += len(line)
        if size > _LARGEST_STATUS:
            held = []
            continue

        is_alone = len(held) == 1
        may_end = is_alone or line.startswith("}")
        if may_end and line.rstrip().endswith("}"):
            text = "".join(held)
            held = []
            yield _loaded(text)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def vertexes(status: Any) -> Iterator[Vertex]:
    """The steps that one object of rawjson tells of; of other shapes nothing."""
    if not isinstance(status, dict):
        return
    raws = status.get("vertexes")
    if not isinstance(raws, list):
        return
    for raw in raws:
        if not isinstance(raw, dict):
            continue
        if isinstance(raw.get("digest"), str):
            yield _vertex(raw)


def _vertex(raw: Mapping[str, Any]) -> Vertex:
    # COPY --link is several steps under one name
    group = raw.get("progressGroup")
    named = raw
    if isinstance(group, dict):
        named = group
    vertex = Vertex(
        digest=_text(raw, "digest"),
        name=_text(named, "name"),
        started=_seconds(raw, "started"),
        completed=_seconds(raw, "completed"),
        cached=raw.get("cached") is True,
        error=_text(raw, "error"),
    )
    return cut_vertex(vertex)


def cut_vertex(vertex: Vertex) -> Vertex:
    """With texts of a length that can be held for many."""
    return replace(
        vertex,
        digest=vertex.digest[:_LONGEST_DIGEST],
        name=vertex.name[:_LONGEST_NAME],
        error=vertex.error[:_LONGEST_ERROR],
    )


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if isinstance(value, str):
        return value
    return ""


def _seconds(raw: Mapping[str, Any], key: str) -> float | None:
    """A moment as RFC 3339 writes it; None for what is none."""
    text = _text(raw, key)
    if len(text) > _LONGEST_MOMENT:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return None
        return moment.timestamp()
    except (ValueError, OverflowError):
        return None


def vertex_builds(states: Iterable[Vertex]) -> Iterator[Recorded]:
    """The builds that states of steps tell of.

    Digests are kept over builds, so that each build is counted for itself.
    """
    build: dict[str, _Seen] = {}
    definitions: dict[str, str] = {}
    for vertex in states:
        name = vertex.name
        digest = vertex.digest
        if _DEFINITION in name:
            known = definitions.setdefault(name, digest)
            is_another = known != digest
            if is_another:
                yield _recorded(build)
                build = {}
                definitions = {name: digest}

        has_room = len(build) < MOST_NAMES
        if has_room or digest in build:
            _see(build, vertex)
    if build:
        yield _recorded(build)


def _see(build: dict[str, _Seen], vertex: Vertex) -> None:
    seen = build.setdefault(vertex.digest, _Seen(vertex))
    if vertex.started is None:
        return
    seen.vertex = vertex
    intervals = seen.intervals
    if vertex.cached:
        seen.cached = True
    elif seen.cached:
        intervals = seen.pulls
    if vertex.completed is not None:
        intervals[vertex.started] = vertex.completed


def _recorded(build: Mapping[str, _Seen]) -> Recorded:
    """By name: ADD of an URL is two steps of one name, the fetching and the copying."""
    by_name: dict[str, list[_Seen]] = {}
    for seen in build.values():
        of_name = by_name.setdefault(seen.vertex.name, [])
        of_name.append(seen)
    steps: list[RecordedStep] = []
    for name, parts in by_name.items():
        steps.append(_step(name, parts))
    return tuple(steps)


def _step(name: str, parts: Sequence[_Seen]) -> RecordedStep:
    intervals: list[_Interval] = []
    pulls: list[_Interval] = []
    error = ""
    for part in parts:
        error = error or part.vertex.error
        pulls += part.pulls.items()
        if not part.cached and not part.vertex.error:
            intervals += part.intervals.items()

    digests = tuple(part.vertex.digest for part in parts)
    cached = all(part.cached for part in parts)

    return RecordedStep(
        name=name,
        digests=digests,
        cached=cached,
        seconds=_seconds_in(intervals),
        pulled=_seconds_in(pulls),
        error=error[:_LONGEST_ERROR],
        span=_span(parts),
    )


def _span(parts: Sequence[_Seen]) -> _Interval | None:
    """From the first start to the last end."""
    intervals: list[_Interval] = []
    for part in parts:
        intervals += part.intervals.items()
        intervals += part.pulls.items()
    if not intervals:
        return None
    starts = [start for start, _end in intervals]
    ends = [end for _start, end in intervals]
    return min(starts), max(ends)


def _seconds_in(intervals: list[_Interval]) -> float | None:
    """Seconds in at least one of them; None for none, or for more than a step can take."""
    if not intervals:
        return None
    in_order = sorted(intervals)
    seconds = _covered(in_order)
    if seconds > LONGEST:
        return None
    return seconds


def _covered(intervals: list[_Interval]) -> float:
    """Seconds that lie in at least one of the intervals, which are in order."""
    covered = 0.0
    end = float("-inf")
    for start, stop in intervals:
        if stop <= end:
            continue
        # What lies before the end of the others is counted
        start_of_rest = max(start, end)
        covered += stop - start_of_rest
        end = stop
    seconds = max(covered, 0.0)
    return round(seconds, 3)
