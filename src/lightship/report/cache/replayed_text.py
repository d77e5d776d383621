"""A replayed history as text: a strip of commits for each step, and what cost the most."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.cache.replay.results import CommitResult, Replay, StepHistory
from lightship.report.cache import step_phrases
from lightship.report.cache.replay_figures import (
    per_commit,
    per_week,
    rebuilt,
    steps_of_one,
    unchanged,
)
from lightship.report.cache.strips import HIT, painted, strip
from lightship.report.kit.bars import LEVELS
from lightship.report.kit.paint import BOLD, DIM, GREEN, RED, YELLOW, paint
from lightship.report.kit.rows import cut, notes, wrapped
from lightship.report.kit.view import View
from lightship.wording.counts import count
from lightship.wording.dates import day
from lightship.wording.durations import duration, timespan
from lightship.wording.printable import escaped, shortened
from lightship.wording.shares import percent_of

_HEAD = 10  # columns of the word before a figure
_INDENT = 8  # columns before strips and reasons
_REASONS, _FILES, _COMMITS = 3, 10, 5  # rows


def write(replay: Replay, view: View) -> Iterator[str]:
    """The screen, part by part, with a blank row between them."""
    for part in (_head, _times, _steps, _files, _needless, _failed):
        if rows := list(part(replay, view)):
            yield "\n".join(rows) + "\n\n"
    yield from notes(replay.notes, view)


def _head(replay: Replay, view: View) -> Iterator[str]:
    """What was replayed, and how much of it was rebuilt."""
    many = len(replay.commits)
    name = paint(shortened(escaped(replay.dockerfile), view.width // 2), BOLD, view)
    if not many:
        yield f"{name}  no commits"
        return
    of = "each commit's own" if replay.historic else "as it is now"
    yield f"{name}, {of}, over {count(many, 'commit')}"
    dates = step_phrases.dates([each.commit for each in replay.commits])
    yield f"history   {dates}, {timespan(replay.days)}"
    none = unchanged(replay)
    text = f"{_average(replay)}; {count(none, 'commit')} ({percent_of(none, many)}) rebuilt nothing"
    yield from wrapped(text, _HEAD, view, first="rebuilt")


def _average(replay: Replay) -> str:
    """`3.2 of 8 steps a commit`."""
    return f"{rebuilt(replay) / len(replay.commits):.1f} of {steps_of_one(replay)} a commit"


def _times(replay: Replay, view: View) -> Iterator[str]:
    """Seconds per commit, per week and in all, and what they are from."""
    each, week = per_commit(replay), per_week(replay, replay.seconds)
    if each is None or replay.seconds is None:
        return
    about = "about " if replay.times and replay.times.estimated else ""
    parts = [
        f"{about}{duration(each)} a commit",
        f"{duration(replay.seconds)} in all",
    ]
    if week is not None:
        parts.insert(1, f"{duration(week)} a week")
    yield from wrapped(", ".join(parts), _HEAD, view, YELLOW, "time")
    if replay.seconds_per_build is not None:
        text = f"a build with nothing in the cache takes {duration(replay.seconds_per_build)}"
        yield from wrapped(text, _HEAD, view)
    if replay.times:
        kind = "estimated" if replay.times.estimated else "measured"
        yield from wrapped(f"{kind}: {replay.times.source}", _HEAD, view, DIM)


def _steps(replay: Replay, view: View) -> Iterator[str]:
    if not replay.steps:
        return
    room = view.width - _INDENT
    several = len({step.stage for step in replay.steps}) > 1
    yield from _key(replay, room, view)
    before = None
    for step in replay.steps:
        if several and step.stage != before:
            yield paint(f"STAGE {step_phrases.stage(step.stage)}", BOLD, view)
        before = step.stage
        yield from _step(replay, step, room, view)


def _key(replay: Replay, room: int, view: View) -> Iterator[str]:
    """How the strips are read."""
    many = len(replay.commits)
    each = f"{-(-many // room)} commits at most" if many > room else "one commit"
    yield paint("STEPS", BOLD, view) + "   rebuilt by so many commits, oldest left"
    levels = f"{HIT} none rebuilt it, {LEVELS[0]} few, {LEVELS[-1]} all"
    yield from wrapped(f"a column is {each}: {levels}", _INDENT, view, DIM)


def _step(replay: Replay, step: StepHistory, room: int, view: View) -> Iterator[str]:
    many = len(replay.commits)
    figures = f"{percent_of(step.rebuilt, many):>6}  {step.rebuilt:,} of {many:,}"
    if step.seconds is not None:
        figures += f", {duration(step.seconds)} each"
    text = cut(step_phrases.instruction(step), room - len(figures) - 2)
    space = " " * max(room - len(text) - len(figures), 2)
    yield f"{step.line:>6}  {text}{space}{paint(figures, _loudness(step.rebuilt, many), view)}"
    yield f"{'':<{_INDENT}}{painted(strip(step.fates, room), view)}".rstrip()
    for each in step.reasons[:_REASONS]:
        yield from wrapped(
            step_phrases.reason(each),
            _INDENT + 8,
            view,
            DIM,
            f"{each.commits:>{_INDENT + 6},}",
        )
    if (rest := len(step.reasons) - _REASONS) > 0:
        yield f"{'':<{_INDENT + 8}}{paint(count(rest, 'more reason'), DIM, view)}"


def _loudness(part: int, of: int) -> str:
    return GREEN if not part else RED if 2 * part >= of else YELLOW


def _files(replay: Replay, view: View) -> Iterator[str]:
    """The files that cost the most, with seconds where they are known."""
    if not replay.files:
        return
    timed = any(each.seconds is not None for each in replay.files)
    time = f"{'time':>9}" if timed else ""
    yield paint(
        f"{'FILES':<5}{'commits':>9}{'steps':>8}{time}  that rebuilt the most",
        BOLD,
        view,
    )
    for each in replay.files[:_FILES]:
        spent = (
            f"{'' if each.seconds is None else duration(each.seconds):>9}"
            if timed
            else ""
        )
        name = shortened(
            escaped(each.path), max(view.width - (33 if timed else 24), 20)
        )
        yield f"{each.commits:>14,}{each.steps:>8,}{spent}  {name}"
    if (rest := len(replay.files) - _FILES) > 0:
        yield f"{'':>{24 if not timed else 33}}{paint(count(rest, 'more file'), DIM, view)}"


def _needless(replay: Replay, view: View) -> Iterator[str]:
    found = [each for each in replay.commits if each.needless]
    if not found:
        return
    part = (
        f"{count(len(found), 'commit')} ({percent_of(len(found), len(replay.commits))})"
    )
    text = f"{part} rebuilt something, though no file that the image uses by name had changed"
    yield from wrapped(text, _HEAD, view, first="NEEDLESS")
    for each in found[: -_COMMITS - 1 : -1]:
        yield _commit(replay, each, view)
    yield from _more(len(found), view)


def _commit(replay: Replay, each: CommitResult, view: View) -> str:
    """One commit and the lines that it rebuilt."""
    lines = list(dict.fromkeys(replay.steps[at].line for at in each.missed))
    text = f"{'line' if len(lines) == 1 else 'lines'} {', '.join(map(str, lines[:6]))}{', …' if len(lines) > 6 else ''}"
    first = f"{step_phrases.short_id(each.commit)}  {day(each.commit.time)}"
    subject = cut(
        escaped(each.commit.subject, 200), view.width - len(first) - len(text) - 12
    )
    return f"{'':<{_INDENT}}{paint(first, DIM, view)}  {subject}  {paint(text, YELLOW, view)}"


def _failed(replay: Replay, view: View) -> Iterator[str]:
    found = [each for each in replay.commits if each.failed]
    if not found:
        return
    part = (
        f"{count(len(found), 'commit')} ({percent_of(len(found), len(replay.commits))})"
    )
    yield from wrapped(
        f"{part} {'does' if len(found) == 1 else 'do'} not build",
        _HEAD,
        view,
        first="FAILED",
    )
    for each in found[: -_COMMITS - 1 : -1]:
        first = f"{'':<{_INDENT}}{step_phrases.short_id(each.commit)}  {day(each.commit.time)}  "
        yield from wrapped(each.failed, len(first), view, RED, first)
    yield from _more(len(found), view)


def _more(many: int, view: View) -> Iterator[str]:
    if many > _COMMITS:
        yield f"{'':<{_INDENT}}{paint(f'{many - _COMMITS:,} earlier ones', DIM, view)}"
