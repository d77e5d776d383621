"""A history as CI sees it, as text: runs by event, steps with their shares, other settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lightship.cache.remote.ci_results import (
    CiReplay,
    KindResult,
    SettingResult,
)
from lightship.cache.remote.replayed_run import EventKind
from lightship.report.cache import ci_phrases
from lightship.report.kit.columns import Cell
from lightship.report.kit.columns import rows as column_rows
from lightship.report.kit.paint import BOLD, DIM, GREEN, YELLOW, paint
from lightship.report.kit.rows import cut, notes, wrapped
from lightship.report.kit.view import View
from lightship.wording.counts import count
from lightship.wording.durations import duration, timespan
from lightship.wording.printable import escaped, shortened
from lightship.wording.shares import percent_of
from lightship.wording.sizes import size

_HEAD = 10  # columns of the word before a figure
_LINE = 6  # columns of a line's number
_SHARE = 7  # columns of a share
_REASON = 8  # columns before a reason
_FIGURE = 12  # columns of a figure in a table
_NARROWEST = 20
_SHORT = {
    EventKind.PUSH: "push",
    EventKind.FIRST: "PR 1st",
    EventKind.LATER: "PR next",
    EventKind.TAG: "tag",
    EventKind.SCHEDULE: "sched.",
}


def write(replay: CiReplay, view: View) -> Iterator[str]:
    """The screen, part by part, with a blank row between them."""
    for part in (_head, _events, _steps, _settings, _advice):
        if rows := list(part(replay, view)):
            yield "\n".join(rows) + "\n\n"
    yield from notes(replay.notes, view)


def _head(replay: CiReplay, view: View) -> Iterator[str]:
    room = view.width // 2
    path = shortened(escaped(replay.dockerfile), room)
    name = paint(path, BOLD, view)
    where = escaped(replay.where, room)
    yield f"{name}, as CI builds it ({where})"
    written = replay.written
    runs = count(written.runs, "run")
    span = timespan(replay.days)
    yield f"history   {count(replay.commits, 'commit')}, {span}: {runs}"
    options = "  ".join(written.options) or "none"
    yield from wrapped(options, _HEAD, view, first="cache")
    if written.seconds is not None and written.runs:
        yield from wrapped(_spent(replay), _HEAD, view, YELLOW, "time")
    times = replay.times
    if times is not None:
        kind = "estimated" if times.estimated else "measured"
        yield from wrapped(f"{kind}: {times.source}", _HEAD, view, DIM)


def _spent(replay: CiReplay) -> str:
    written = replay.written
    assert written.seconds is not None
    average = written.seconds / max(written.built, 1)
    text = f"{duration(average)} a run, {duration(written.seconds)} in all"
    if replay.seconds_per_build is not None:
        text += f"; a run without any cache takes {duration(replay.seconds_per_build)}"
    return text


def _events(replay: CiReplay, view: View) -> Iterator[str]:
    """A row for each kind of event."""
    if not replay.written.kinds:
        yield "no run of this history builds it"
        return
    has_time = replay.written.seconds is not None
    heads = ["runs", "rebuilt a run", "no cache"]
    if has_time:
        heads.insert(2, "time a run")
    yield _row("EVENT", heads, view, BOLD)
    for kind in replay.written.kinds:
        yield _row(
            ci_phrases.event(kind.kind), _event(kind, replay, timed=has_time), view
        )


def _event(kind: KindResult, replay: CiReplay, *, timed: bool) -> list[str]:
    steps = len(replay.steps)
    built = max(kind.built, 1)
    cells = [
        f"{kind.runs:,}",
        f"{kind.rebuilt / built:.1f} of {steps}",
        percent_of(kind.empty, kind.built),
    ]
    if timed and kind.seconds is not None:
        cells.insert(2, duration(kind.seconds / built))
    return cells


def _row(name: str, cells: list[str], view: View, colour: str = "") -> str:
    width = max(view.width - (_FIGURE + 2) * len(cells), _NARROWEST)
    first = f"{cut(name, width):<{width}}"
    rest = "".join(f"  {cell:>{_FIGURE}}" for cell in cells)
    return paint(f"{first}{rest}".rstrip(), colour, view)


def _steps(replay: CiReplay, view: View) -> Iterator[str]:
    """For each step in which share of the runs it was a hit; why not, most often."""
    kinds = replay.written.kinds
    if not kinds or not replay.steps:
        return
    heads = "".join(f"{_SHORT[kind.kind]:>{_SHARE + 1}}" for kind in kinds)
    yield paint(f"{'LINE':>{_LINE}}{heads}  HIT IN SO MANY RUNS", BOLD, view)
    before = ""
    for at, step in enumerate(replay.steps):
        shares = "".join(f"{_hits(kind, at):>{_SHARE + 1}}" for kind in kinds)
        used = _LINE + len(shares) + 2
        text = cut(ci_phrases.instruction(step), view.width - used)
        yield f"{step.line:>{_LINE}}{shares}  {text}"
        reason = _most_often(replay, at)
        if reason and reason != before:
            yield from wrapped(reason, _REASON, view, YELLOW)
        before = reason


def _hits(kind: KindResult, at: int) -> str:
    return percent_of(kind.steps[at].hits, kind.built) if kind.built else "-"


def _most_often(replay: CiReplay, at: int) -> str:
    """The most frequent reason over all events, with its share of the runs."""
    reasons: Counter[str] = Counter()
    for kind in replay.written.kinds:
        for reason in kind.steps[at].reasons:
            reasons[reason.text] += reason.runs
    if not reasons:
        return ""
    [(text, runs)] = reasons.most_common(1)
    return f"{text} ({count(runs, 'run')})"


def _settings(replay: CiReplay, view: View) -> Iterator[str]:
    """The setting that is written, and those beside it."""
    written = replay.written
    if not written.runs:
        return
    heads = ["rebuilt a run", "hits"]
    if written.seconds is not None:
        heads.insert(1, "time a run")
    if written.bytes is not None:
        heads.append("fetched")
    yield _row("OTHER SETTINGS", heads, view, BOLD)
    for at, result in enumerate((written, *replay.others)):
        is_best = replay.best is not None and at == replay.best + 1
        cells = list(_setting(result, len(replay.steps)))
        mark = "* " if is_best else "  "
        yield _row(f"{mark}{result.name}", cells, view, GREEN if is_best else "")


def _setting(result: SettingResult, steps: int) -> Iterator[str]:
    runs = max(result.built, 1)
    yield f"{result.rebuilt / runs:.1f}"
    if result.seconds is not None:
        yield duration(result.seconds / runs)
    whole = steps * result.built
    yield percent_of(whole - result.rebuilt, whole)
    if result.bytes is not None:
        yield size(result.bytes // runs)


def _advice(replay: CiReplay, view: View) -> Iterator[str]:
    yield from wrapped(ci_phrases.advice(replay), 0, view, GREEN)
    if replay.best is None:
        return
    best = replay.others[replay.best]
    if best.options == replay.written.options:
        return
    for name, text in ci_phrases.option_lines(best):
        cells = [Cell(name, _HEAD + 2, DIM), Cell(text, view.width - _HEAD - 6)]
        yield from (f"  {row}" for row in column_rows(cells, view))
