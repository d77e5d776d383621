"""Markdown for a comment on a pull request or a job summary (GitHub's and GitLab's flavour)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.explain.explanation import Explanation, StepResult
from lightship.cache.replay.results import CommitResult, Replay, StepHistory
from lightship.report.cache import sentences, step_phrases
from lightship.report.cache.replay_figures import (
    per_commit,
    per_week,
    rebuilt,
    steps_of_one,
    unchanged,
)
from lightship.report.kit.markdown import (
    code,
    folded,
    folded_diff,
    notes,
    sentence,
    table,
    text,
)
from lightship.report.kit.rows import cut
from lightship.report.kit.view import View
from lightship.wording.counts import count
from lightship.wording.dates import day
from lightship.wording.durations import duration
from lightship.wording.printable import escaped, shortened
from lightship.wording.shares import percent_of

_MOST = 10  # rows of files and of commits
_CELL = 90  # characters of an instruction or a path
_MARKS = {"cached": "✅ cached", "rebuilt": "🔨 rebuilt", "fails": "❌ fails"}
_NUMBERS = frozenset(
    ("line", "rebuilt", "of commits", "commits", "steps", "time", "before", "after")
)


def write_explanation(explanation: Explanation, _view: View) -> Iterator[str]:
    """The verdict and a row for each step."""
    yield f"### Cache: {text(sentences.verdict(explanation))}\n\n"
    timed = any(step.seconds is not None for step in explanation.steps)
    rows = (_explained(step, timed=timed) for step in explanation.steps)
    yield from table(
        ("", "stage", "line", "instruction", *(["time"] if timed else []), "why"),
        rows,
        _NUMBERS,
    )
    yield from notes(explanation.notes)


def _explained(step: StepResult, *, timed: bool) -> Iterator[str]:
    word = step_phrases.mark(step)
    yield _MARKS[word]
    yield code(step_phrases.stage(step.stage))
    yield f"{step.line:,}"
    yield _short(step_phrases.instruction(step))
    if timed:
        yield "" if step.seconds is None else duration(step.seconds)
    reasons = [] if word == "cached" else [step_phrases.reason(step.reason)]
    yield "; ".join(
        sentence(each)
        for each in (*reasons, *(f"warning: {each}" for each in step.warnings))
    )


def write_replay(replay: Replay, _view: View) -> Iterator[str]:
    """The figures, a row for each step; costly files and commits are folded."""
    many = len(replay.commits)
    yield f"### Cache of {code(_name(replay.dockerfile))} over {count(many, 'commit')}\n\n"
    if not many:
        yield from notes(replay.notes)
        return
    yield from _figures(replay)
    timed = any(step.seconds is not None for step in replay.steps)
    head = (
        "line",
        "instruction",
        "rebuilt",
        "of commits",
        *(["time"] if timed else []),
        "most often because",
    )
    yield from table(
        head, (_replayed(step, many, timed=timed) for step in replay.steps), _NUMBERS
    )
    for part in (_files, _needless, _failed):
        yield from part(replay)
    yield from notes(replay.notes)


def _figures(replay: Replay) -> Iterator[str]:
    many, none = len(replay.commits), unchanged(replay)
    rows = [
        f"{rebuilt(replay) / many:.1f} of {steps_of_one(replay)} rebuilt by a commit"
    ]
    rows += [f"{count(none, 'commit')} ({percent_of(none, many)}) rebuilt nothing"]
    each, week = per_commit(replay), per_week(replay, replay.seconds)
    if each is not None:
        rows += [f"{sentences.about(replay)}{duration(each)} a commit"]
    if week is not None:
        rows += [f"{duration(week)} a week"]
    dates = step_phrases.dates([each.commit for each in replay.commits])
    yield f"{dates}: {', '.join(rows)}.\n\n"
    if replay.times:
        yield f"Times are {'estimated' if replay.times.estimated else 'measured'}: {sentence(replay.times.source)}\n\n"


def _replayed(step: StepHistory, many: int, *, timed: bool) -> Iterator[str]:
    yield f"{step.line:,}"
    yield _short(step_phrases.instruction(step))
    yield f"{step.rebuilt:,} of {many:,}"
    yield percent_of(step.rebuilt, many)
    if timed:
        yield "" if step.seconds is None else duration(step.seconds)
    yield (
        f"{sentence(step_phrases.reason(step.reasons[0]))} ({step.reasons[0].commits:,})"
        if step.reasons
        else ""
    )


def _files(replay: Replay) -> Iterator[str]:
    if not replay.files:
        return
    timed = any(each.seconds is not None for each in replay.files)
    rows = []
    for each in replay.files[:_MOST]:
        spent = (
            ["" if each.seconds is None else duration(each.seconds)] if timed else []
        )
        rows.append(
            (
                f"{each.commits:,}",
                f"{each.steps:,}",
                *spent,
                _short(escaped(each.path), from_end=True),
            )
        )
    yield from _folded_table(
        "Files that rebuilt the most",
        ("commits", "steps", *(["time"] if timed else []), "file"),
        rows,
    )


def _needless(replay: Replay) -> Iterator[str]:
    found = [each for each in replay.commits if each.needless]
    if found:
        title = f"{count(len(found), 'commit')} rebuilt something, though no file that the image names had changed"
        yield from _commits(
            title, "lines", [(each, _lines(replay, each)) for each in found]
        )


def _failed(replay: Replay) -> Iterator[str]:
    found = [each for each in replay.commits if each.failed]
    if found:
        title = f"{count(len(found), 'commit')} {'does' if len(found) == 1 else 'do'} not build"
        yield from _commits(
            title, "why", [(each, sentence(each.failed)) for each in found]
        )


def _commits(
    title: str, head: str, found: Sequence[tuple[CommitResult, str]]
) -> Iterator[str]:
    """The latest of some commits, each with a word on it."""
    rows = [
        (
            code(step_phrases.short_id(each.commit)),
            day(each.commit.time),
            sentence(each.commit.subject),
            about,
        )
        for each, about in found[: -_MOST - 1 : -1]
    ]
    yield from _folded_table(title, ("commit", "date", "subject", head), rows)


def _lines(replay: Replay, each: CommitResult) -> str:
    return ", ".join(
        f"{line:,}"
        for line in dict.fromkeys(replay.steps[at].line for at in each.missed)
    )


def write_advice(advised: Advised, _view: View) -> Iterator[str]:
    """Each change with its claim and, folded, its diff; what all of them bring together."""
    commits = count(len(advised.before.commits), "commit")
    yield f"### Cache: {count(len(advised.advice), 'change')} proven over {commits}\n\n"
    if not advised.advice:
        yield f"{sentences.tried(advised)}\n\n"
    for at, each in enumerate(advised.advice, 1):
        yield from _advice(each, at)
    if advised.together and len(advised.advice) > 1:
        yield f"**All together**: {sentence(sentences.claim(advised.together))}\n\n"
        yield from _before_and_after(advised.together)
    yield from notes(advised.notes)


def _advice(advice: Advice, number: int) -> Iterator[str]:
    yield f"#### {number}. {sentence(advice.title)}\n\n"
    yield f"**{sentence(sentences.claim(advice))}**\n\n"
    rule = (
        f" `lightship fix` makes it too: rule {code(advice.rule)}."
        if advice.rule
        else ""
    )
    yield f"{sentence(_ended(advice.why))} {sentence(_ended(sentences.safety(advice)))}{rule}\n\n"
    yield from folded_diff(advice.diff)


def _ended(sentence: str) -> str:
    """A sentence with a capital letter and its full stop."""
    return (
        f"{sentence[:1].upper()}{sentence[1:].removesuffix('.')}." if sentence else ""
    )


def _before_and_after(advice: Advice) -> Iterator[str]:
    rows = (
        (f"{step.line:,}", _short(step_phrases.instruction(step)), f"{step.rebuilt:,}")
        for step in advice.after.steps
    )
    yield from _folded_table(
        "Steps with all changes", ("line", "instruction", "rebuilt"), rows
    )


def _folded_table(
    title: str, head: Sequence[str], rows: Iterable[Iterable[str]]
) -> Iterator[str]:
    yield from folded(title, table(head, rows, _NUMBERS))


def _name(path: str) -> str:
    return shortened(escaped(path), _CELL)


def _short(words_: str, *, from_end: bool = False) -> str:
    return code(shortened(words_, _CELL) if from_end else cut(words_, _CELL))
