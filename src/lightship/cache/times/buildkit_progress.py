"""How long BuildKit's steps took, by their names, from the two forms of its progress that tell it.

`--progress=rawjson` (client/graph.go, SolveStatus) is a row of JSON objects among other lines; a
step may stand there many times, and may be started twice: its time is that of all its intervals,
as BuildKit itself counts it (util/progress/progressui/display.go). `--progress=plain`
(printer.go), which logs of CI have, is `#7 NAME`, then `#7 DONE 1.2s`, `#7 CACHED` or `#7 ERROR:
…`. A step that was cached or failed has no time: what stands there is of another build, or of a
part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from io import StringIO
from itertools import chain, islice
from typing import Any

from lightship.record import record
from lightship.regex import regex

LONGEST = 1e6  # seconds, eleven days: no step takes longer, whatever a file says
MOST_NAMES = 20_000  # of steps; what comes later is not looked at
_LONGEST_NAME = 4096
_LONGEST_DIGEST = 200
_LONGEST_MOMENT = 40  # characters of a date and a time
_MOST_LINES = 4_000_000  # of rawjson
_LARGEST_STATUS = 1 << 22  # characters of one object
# Once in each build, and with a digest of its own
_DEFINITION = "load build definition from "
# Colours, and the time that a CI puts before each line.
_NOISE = regex(
    r"\x1b\[[0-9;]{0,16}[A-Za-z]|^\ufeff?[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,20}Z ", 8
)  # re.MULTILINE
_LINE = regex(r"#([0-9]{1,6}) ([^\n]{1,4096})")
_LONGEST_PREFIX = 80  # characters that a CI writes before a line
_NAME = regex(r"\[[^\]]{1,200}\] ")
_DONE = regex(r"DONE ([0-9]{1,7}(?:\.[0-9]{1,9})?)s\s*")


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
    """All that a build says of one step."""

    vertex: Vertex
    intervals: dict[float, float] = field(default_factory=dict)


def read_progress(text: str) -> dict[str, float]:
    """Seconds by the names of steps, from either form.

    Of several builds in one text the last one that has the time.
    """
    text = _NOISE.sub("", text)
    stream = StringIO(text, newline="\n")
    lines = islice(stream, _MOST_LINES)
    of_rawjson = _of_statuses(statuses(lines))
    return of_rawjson or _of_lines(text)


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
    digest = _text(raw, "digest")
    name = _text(named, "name")
    return Vertex(
        digest=digest[:_LONGEST_DIGEST],
        name=name[:_LONGEST_NAME],
        started=_seconds(raw, "started"),
        completed=_seconds(raw, "completed"),
        cached=raw.get("cached") is True,
        error=_text(raw, "error"),
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


def _of_statuses(objects: Iterable[Any]) -> dict[str, float]:
    """Digests are kept over builds, so that each build is counted for itself."""
    total: dict[str, float] = {}
    build: dict[str, _Seen] = {}
    definitions: dict[str, str] = {}
    all_vertexes = chain.from_iterable(map(vertexes, objects))
    for vertex in all_vertexes:
        name = vertex.name
        digest = vertex.digest
        if _DEFINITION in name:
            known = definitions.setdefault(name, digest)
            if known != digest:
                # Another build begins
                total |= _times(build)
                build = {}
                definitions = {name: digest}

        has_room = len(build) < MOST_NAMES
        if has_room or digest in build:
            _see(build, vertex)
    return total | _times(build)


def _see(build: dict[str, _Seen], vertex: Vertex) -> None:
    seen = build.setdefault(vertex.digest, _Seen(vertex))
    if vertex.started is None:
        return
    seen.vertex = vertex
    if vertex.completed is not None:
        seen.intervals[vertex.started] = vertex.completed


def _times(build: Mapping[str, _Seen]) -> dict[str, float]:
    """By name: ADD of an URL is two steps of one name, the fetching and the copying."""
    intervals: dict[str, list[_Interval]] = {}
    for seen in build.values():
        vertex = seen.vertex
        if vertex.cached or vertex.error:
            continue
        if seen.intervals:
            of_name = intervals.setdefault(vertex.name, [])
            of_name += seen.intervals.items()

    times: dict[str, float] = {}
    for name, of_name in intervals.items():
        in_order = sorted(of_name)
        seconds = _covered(in_order)
        if seconds <= LONGEST:
            times[name] = seconds
    return times


def _covered(intervals: list[_Interval]) -> float:
    """Seconds that lie in at least one of the intervals, which are in order."""
    covered = 0.0
    end = float("-inf")
    for start, stop in intervals:
        if stop > end:
            covered += stop - max(start, end)
            end = stop
    return round(max(covered, 0.0), 3)


def _of_lines(text: str) -> dict[str, float]:
    """A number names a step until it gets another name: in the next build."""
    names: dict[str, str] = {}
    times: dict[str, float] = {}
    for line in _LINE.finditer(text):
        if not _starts_line(text, line.start()):
            continue
        number = line[1]
        rest = line[2].rstrip()
        if _NAME.match(rest) is not None:
            names[number] = rest
            continue

        done = _DONE.fullmatch(rest)
        name = names.get(number)
        if done is None or name is None:
            continue
        if len(times) < MOST_NAMES:
            times[name] = float(done[1])
    return {name: seconds for name, seconds in times.items() if seconds <= LONGEST}


def _starts_line(text: str, at: int) -> bool:
    """Whether nothing stands before `at` on its line, or what a CI may have written there."""
    first = max(at - _LONGEST_PREFIX - 1, 0)
    line_end = text.rfind("\n", first, at)
    start = line_end + 1
    if start == 0 and at > _LONGEST_PREFIX:
        return False
    if at == start:
        return True
    before = text[at - 1]
    return before in " \t]|"
