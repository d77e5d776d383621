"""A replayed history as text: a strip of commits for each step, and what cost the most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.cache.replay.results import (
    CommitResult,
    CostlyFile,
    RankedReason,
    Replay,
    StepHistory,
)
from lightship.report.cache import sentences, step_phrases
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
_REASON = _INDENT + 8  # columns before the text of a reason
_TIME = 9  # columns of a time
_FILE = 24  # columns before the name of a file, but for its time
_REASONS, _FILES, _COMMITS, _LINES = 3, 10, 5, 6  # that are shown
_SUBJECT = 200  # characters of a commit's subject


def write(replay: Replay, view: View) -> Iterator[str]:
    """The screen, part by part, with a blank row between them."""
    for part in (_head, _times, _steps, _files, _needless, _failed):
        if rows := list(part(replay, view)):
            yield "\n".join(rows) + "\n\n"
    yield from notes(replay.notes, view)


def _head(replay: Replay, view: View) -> Iterator[str]:
    """What was replayed, and how much of it was rebuilt."""
    room = view.width // 2
    path = shortened(escaped(replay.dockerfile), room)
    name = paint(path, BOLD, view)
    commits = len(replay.commits)
    if not commits:
        yield f"{name}  no commits"
        return
    which = "each commit's own" if replay.historic else "as it is now"
    yield f"{name}, {which}, over {count(commits, 'commit')}"

    all_commits = [result.commit for result in replay.commits]
    dates = step_phrases.dates(all_commits)
    yield f"history   {dates}, {timespan(replay.days)}"

    idle = _part(unchanged(replay), replay)
    text = f"{_average(replay)}; {idle} rebuilt nothing"
    yield from wrapped(text, _HEAD, view, first="rebuilt")


def _average(replay: Replay) -> str:
    """`3.2 of 8 steps a commit`."""
    average = rebuilt(replay) / len(replay.commits)
    return f"{average:.1f} of {steps_of_one(replay)} a commit"


def _part(commits: int, replay: Replay) -> str:
    """`3 commits (12 %)`."""
    share = percent_of(commits, len(replay.commits))
    return f"{count(commits, 'commit')} ({share})"


def _times(replay: Replay, view: View) -> Iterator[str]:
    """Seconds per commit, per week and in all, and what they are from."""
    if replay.seconds is None or not replay.commits:
        return
    yield from wrapped(_spent(replay, replay.seconds), _HEAD, view, YELLOW, "time")
    if replay.seconds_per_build is not None:
        whole = duration(replay.seconds_per_build)
        text = f"a build with an empty cache takes {whole}"
        yield from wrapped(text, _HEAD, view)
    if replay.times:
        kind = "estimated" if replay.times.estimated else "measured"
        yield from wrapped(f"{kind}: {replay.times.source}", _HEAD, view, DIM)


def _spent(replay: Replay, seconds: float) -> str:
    parts = []
    average = per_commit(replay)
    if average is not None:
        parts.append(f"{sentences.about(replay)}{duration(average)} a commit")
    week = per_week(replay, seconds)
    if week is not None:
        parts.append(f"{duration(week)} a week")
    parts.append(f"{duration(seconds)} in all")
    return ", ".join(parts)


def _steps(replay: Replay, view: View) -> Iterator[str]:
    if not replay.steps:
        return
    room = view.width - _INDENT
    several = len({step.stage for step in replay.steps}) > 1
    yield from _key(replay, room, view)

    stage = None
    for step in replay.steps:
        if several and step.stage != stage:
            yield paint(f"STAGE {step_phrases.stage(step.stage)}", BOLD, view)
        stage = step.stage
        yield from _step(replay, step, room, view)


def _key(replay: Replay, room: int, view: View) -> Iterator[str]:
    """How the strips are read."""
    commits = len(replay.commits)
    column = "one commit"
    if commits > room:
        column = f"{-(-commits // room)} commits at most"
    head = paint("STEPS", BOLD, view)
    yield f"{head}   rebuilt by how many commits, oldest on the left"
    levels = f"{HIT} none rebuilt it, {LEVELS[0]} few, {LEVELS[-1]} all"
    yield from wrapped(f"a column is {column}: {levels}", _INDENT, view, DIM)


def _step(replay: Replay, step: StepHistory, room: int, view: View) -> Iterator[str]:
    commits = len(replay.commits)
    share = percent_of(step.rebuilt, commits)
    figures = f"{share:>6}  {step.rebuilt:,} of {commits:,}"
    if step.seconds is not None:
        figures += f", {duration(step.seconds)} each"

    text = cut(step_phrases.instruction(step), room - len(figures) - 2)
    space = " " * max(room - len(text) - len(figures), 2)
    colour = _loudness(step.rebuilt, commits)
    yield f"{step.line:>6}  {text}{space}{paint(figures, colour, view)}"
    yield f"{'':<{_INDENT}}{painted(strip(step.fates, room), view)}".rstrip()

    for reason in step.reasons[:_REASONS]:
        yield from _reason(reason, view)
    rest = len(step.reasons) - _REASONS
    if rest > 0:
        more = paint(count(rest, "more reason"), DIM, view)
        yield f"{'':<{_REASON}}{more}"


def _reason(reason: RankedReason, view: View) -> Iterator[str]:
    commits = f"{reason.commits:>{_REASON - 2},}"
    yield from wrapped(step_phrases.reason(reason), _REASON, view, DIM, commits)


def _loudness(part: int, whole: int) -> str:
    if not part:
        return GREEN
    return RED if 2 * part >= whole else YELLOW


def _files(replay: Replay, view: View) -> Iterator[str]:
    """The files that cost the most, with seconds where they are known."""
    if not replay.files:
        return
    timed = any(file.seconds is not None for file in replay.files)
    columns = _TIME if timed else 0
    time = "time" if timed else ""
    head = f"{'FILES':<5}{'commits':>9}{'steps':>8}{time:>{columns}}"
    yield paint(f"{head}  that rebuilt the most", BOLD, view)

    for file in replay.files[:_FILES]:
        yield _file(file, columns, view)
    rest = len(replay.files) - _FILES
    if rest > 0:
        more = paint(count(rest, "more file"), DIM, view)
        yield f"{'':>{_FILE + columns}}{more}"


def _file(file: CostlyFile, columns: int, view: View) -> str:
    time = "" if file.seconds is None else duration(file.seconds)
    room = max(view.width - _FILE - columns, 20)
    name = shortened(escaped(file.path), room)
    return f"{file.commits:>14,}{file.steps:>8,}{time:>{columns}}  {name}"


def _needless(replay: Replay, view: View) -> Iterator[str]:
    results = [result for result in replay.commits if result.needless]
    if not results:
        return
    unused = "though no file that the image uses by name had changed"
    text = f"{_part(len(results), replay)} rebuilt something, {unused}"
    yield from wrapped(text, _HEAD, view, first="NEEDLESS")
    for result in _latest(results):
        yield _commit(replay, result, view)
    yield from _earlier(results, view)


def _commit(replay: Replay, result: CommitResult, view: View) -> str:
    """One commit and the lines that it rebuilt."""
    lines = _lines(replay, result)
    head = _commit_head(result)
    room = view.width - len(head) - len(lines) - 12
    subject = cut(escaped(result.commit.subject, _SUBJECT), room)
    start = f"{'':<{_INDENT}}{paint(head, DIM, view)}"
    return f"{start}  {subject}  {paint(lines, YELLOW, view)}"


def _lines(replay: Replay, result: CommitResult) -> str:
    """`line 7`, or `lines 2, 3, …`."""
    missed = [replay.steps[step] for step in result.missed]
    lines = list(dict.fromkeys(str(step.line) for step in missed))
    noun = "line" if len(lines) == 1 else "lines"
    shown = ", ".join(lines[:_LINES])
    more = ", …" if len(lines) > _LINES else ""
    return f"{noun} {shown}{more}"


def _failed(replay: Replay, view: View) -> Iterator[str]:
    results = [result for result in replay.commits if result.failed]
    if not results:
        return
    do = "does" if len(results) == 1 else "do"
    text = f"{_part(len(results), replay)} {do} not build"
    yield from wrapped(text, _HEAD, view, first="FAILED")
    for result in _latest(results):
        head = f"{'':<{_INDENT}}{_commit_head(result)}  "
        yield from wrapped(result.failed, len(head), view, RED, head)
    yield from _earlier(results, view)


def _commit_head(result: CommitResult) -> str:
    return f"{step_phrases.short_id(result.commit)}  {day(result.commit.time)}"


def _latest(results: Sequence[CommitResult]) -> Sequence[CommitResult]:
    return results[: -_COMMITS - 1 : -1]


def _earlier(results: Sequence[CommitResult], view: View) -> Iterator[str]:
    rest = len(results) - _COMMITS
    if rest > 0:
        more = paint(f"{rest:,} earlier ones", DIM, view)
        yield f"{'':<{_INDENT}}{more}"
