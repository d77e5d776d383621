"""Markdown for a comment on a pull request or a job summary (GitHub's and GitLab's flavour)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.replay.results import (
    CommitResult,
    CostlyFile,
    Replay,
    StepHistory,
)
from lightship.report.cache import sentences, step_phrases
from lightship.report.cache.explained_change import ExplainedChange
from lightship.report.cache.replay_figures import (
    per_commit,
    per_week,
    rebuilt,
    steps_of_one,
    unchanged,
)
from lightship.report.cache.timed_tables import short, time, timed_table
from lightship.report.kit.markdown import (
    code,
    folded,
    folded_diff,
    notes,
    sentence,
)
from lightship.report.kit.view import View
from lightship.wording.counts import count
from lightship.wording.dates import day
from lightship.wording.durations import duration
from lightship.wording.printable import escaped, shortened
from lightship.wording.shares import percent_of

_MOST = 10  # rows of files and of commits
_CELL = 90  # characters of an instruction or a path
_REPLAYED = (
    "line",
    "instruction",
    "rebuilt",
    "of commits",
    "time",
    "most often because",
)
_FILES = ("commits", "steps", "time", "file")


def write_change(change: ExplainedChange, view: View) -> Iterator[str]:
    """A comment: what is rebuilt, the limits, the costliest steps, what to do, how it is known."""
    from lightship.report.cache import changed_markdown  # noqa: PLC0415 - only a change needs it

    yield from changed_markdown.write(change, view)


def write_replay(replay: Replay, _view: View) -> Iterator[str]:
    """The figures, a row for each step; costly files and commits are folded."""
    commits = len(replay.commits)
    name = code(_name(replay.dockerfile))
    yield f"### Cache of {name} over {count(commits, 'commit')}\n\n"
    if not commits:
        yield from notes(replay.notes)
        return

    yield from _figures(replay)
    timed = any(step.seconds is not None for step in replay.steps)
    rows = (_replayed(step, commits) for step in replay.steps)
    yield from timed_table(_REPLAYED, rows, timed=timed)
    for part in (_files, _needless, _failed):
        yield from part(replay)
    yield from notes(replay.notes)


def _figures(replay: Replay) -> Iterator[str]:
    dates = step_phrases.dates([result.commit for result in replay.commits])
    yield f"{dates}: {', '.join(_averages(replay))}.\n\n"
    if replay.times:
        kind = "estimated" if replay.times.estimated else "measured"
        yield f"Times are {kind}: {sentence(replay.times.source)}\n\n"


def _averages(replay: Replay) -> Iterator[str]:
    commits = len(replay.commits)
    average = rebuilt(replay) / commits
    yield f"{average:.1f} of {steps_of_one(replay)} rebuilt by a commit"

    idle = unchanged(replay)
    share = percent_of(idle, commits)
    yield f"{count(idle, 'commit')} ({share}) rebuilt nothing"

    seconds = per_commit(replay)
    if seconds is not None:
        yield f"{sentences.about(replay)}{duration(seconds)} a commit"
    week = per_week(replay, replay.seconds)
    if week is not None:
        yield f"{duration(week)} a week"


def _replayed(step: StepHistory, commits: int) -> Iterator[str]:
    yield f"{step.line:,}"
    yield short(step_phrases.instruction(step))
    yield f"{step.rebuilt:,} of {commits:,}"
    yield percent_of(step.rebuilt, commits)
    yield time(step.seconds)
    yield _first_reason(step)


def _first_reason(step: StepHistory) -> str:
    if not step.reasons:
        return ""
    reason = step.reasons[0]
    return f"{sentence(step_phrases.reason(reason))} ({reason.commits:,})"


def _files(replay: Replay) -> Iterator[str]:
    if not replay.files:
        return
    timed = any(file.seconds is not None for file in replay.files)
    rows = map(_file, replay.files[:_MOST])
    yield from folded(
        "Files that rebuilt the most", timed_table(_FILES, rows, timed=timed)
    )


def _file(file: CostlyFile) -> Iterator[str]:
    yield f"{file.commits:,}"
    yield f"{file.steps:,}"
    yield time(file.seconds)
    yield code(shortened(escaped(file.path), _CELL))


def _needless(replay: Replay) -> Iterator[str]:
    results = [result for result in replay.commits if result.needless]
    if not results:
        return
    commits = count(len(results), "commit")
    unused = "though no file that the image names had changed"
    title = f"{commits} rebuilt something, {unused}"
    lines = [_lines(replay, result) for result in results]
    yield from _commits(title, "lines", results, lines)


def _failed(replay: Replay) -> Iterator[str]:
    results = [result for result in replay.commits if result.failed]
    if not results:
        return
    commits = count(len(results), "commit")
    do = "does" if len(results) == 1 else "do"
    title = f"{commits} {do} not build"
    reasons = [sentence(result.failed) for result in results]
    yield from _commits(title, "why", results, reasons)


def _commits(
    title: str,
    head: str,
    results: Sequence[CommitResult],
    remarks: Sequence[str],
) -> Iterator[str]:
    """The latest of some commits, each with a remark."""
    pairs = list(zip(results, remarks, strict=True))
    latest = pairs[: -_MOST - 1 : -1]
    rows = (_commit(result, remark) for result, remark in latest)
    yield from folded(title, timed_table(("commit", "date", "subject", head), rows))


def _commit(result: CommitResult, remark: str) -> Iterator[str]:
    commit = result.commit
    yield code(step_phrases.short_id(commit))
    yield day(commit.time)
    yield sentence(commit.subject)
    yield remark


def _lines(replay: Replay, result: CommitResult) -> str:
    lines = dict.fromkeys(replay.steps[step].line for step in result.missed)
    return ", ".join(f"{line:,}" for line in lines)


def write_advice(advised: Advised, _view: View) -> Iterator[str]:
    """Each change with its claim and, folded, its diff; what all of them bring together."""
    commits = count(len(advised.before.commits), "commit")
    changes = count(len(advised.advice), "change")
    yield f"### Cache: {changes} proven over {commits}\n\n"
    if not advised.advice:
        yield f"{sentences.tried(advised)}\n\n"
    for number, advice in enumerate(advised.advice, 1):
        yield from _advice(advice, number)

    if advised.together and len(advised.advice) > 1:
        claim = sentence(sentences.claim(advised.together))
        yield f"**All together**: {claim}\n\n"
        yield from _before_and_after(advised.together)
    yield from notes(advised.notes)


def _advice(advice: Advice, number: int) -> Iterator[str]:
    yield f"#### {number}. {sentence(advice.title)}\n\n"
    yield f"**{sentence(sentences.claim(advice))}**\n\n"
    why = sentence(_ended(advice.why))
    safety = sentence(_ended(sentences.safety(advice)))
    yield f"{why} {safety}{_rule(advice)}\n\n"
    yield from folded_diff(advice.diff)


def _rule(advice: Advice) -> str:
    if not advice.rule:
        return ""
    return f" `lightship fix` makes it too: rule {code(advice.rule)}."


def _ended(words: str) -> str:
    """A sentence with a capital letter and its full stop."""
    if not words:
        return ""
    return f"{words[:1].upper()}{words[1:].removesuffix('.')}."


def _before_and_after(advice: Advice) -> Iterator[str]:
    rows = map(_after, advice.after.steps)
    head = ("line", "instruction", "rebuilt")
    yield from folded("Steps with all changes", timed_table(head, rows))


def _after(step: StepHistory) -> Iterator[str]:
    yield f"{step.line:,}"
    yield short(step_phrases.instruction(step))
    yield f"{step.rebuilt:,}"


def _name(path: str) -> str:
    return shortened(escaped(path), _CELL)
