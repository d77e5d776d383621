"""Markdown for a comment on a pull request or a job summary (GitHub's and GitLab's flavour)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.cache.advice.advice import Advice, Advised
from lightship.cache.explain.explanation import Explanation, Step
from lightship.cache.replay.results import CommitResult, Replay, StepHistory
from lightship.regex import regex
from lightship.report.cache import claims, words
from lightship.report.cache.figures import (
    per_commit,
    per_week,
    rebuilt,
    steps_of_one,
    unchanged,
)
from lightship.report.image.as_markdown import code, text
from lightship.report.kit.view import View
from lightship.wording.counts import count
from lightship.wording.dates import day
from lightship.wording.durations import duration
from lightship.wording.printable import escaped, printable, shortened
from lightship.wording.shares import percent_of

_MOST = 10  # rows of files and of commits
_CELL = 90  # characters of an instruction or a path
_SENTENCE = 300  # characters of a reason or a subject
_STARTS = regex(
    r"^(\d*)([-+=.)])"
)  # of what would be a list, or underline the row above
_MARKS = {"cached": "✅ cached", "rebuilt": "🔨 rebuilt", "fails": "❌ fails"}
_RIGHT = frozenset(
    ("line", "rebuilt", "of commits", "commits", "steps", "time", "before", "after")
)


def write_explanation(explanation: Explanation, _view: View) -> Iterator[str]:
    """The verdict and a row for each step."""
    yield f"### Cache: {text(claims.verdict(explanation))}\n\n"
    timed = any(step.seconds is not None for step in explanation.steps)
    rows = (_explained(step, timed=timed) for step in explanation.steps)
    yield from _table(
        ("", "stage", "line", "instruction", *(["time"] if timed else []), "why"), rows
    )
    yield from _notes(explanation.notes)


def _explained(step: Step, *, timed: bool) -> Iterator[str]:
    word = words.mark(step)
    yield _MARKS[word]
    yield code(words.stage(step.stage))
    yield f"{step.line:,}"
    yield _short(words.instruction(step))
    if timed:
        yield "" if step.seconds is None else duration(step.seconds)
    reasons = [] if word == "cached" else [words.reason(step.reason)]
    yield "; ".join(
        _sentence(each)
        for each in (*reasons, *(f"warning: {each}" for each in step.warnings))
    )


def write_replay(replay: Replay, _view: View) -> Iterator[str]:
    """The figures, a row for each step; costly files and commits are folded."""
    many = len(replay.commits)
    yield f"### Cache of {code(_name(replay.dockerfile))} over {count(many, 'commit')}\n\n"
    if not many:
        yield from _notes(replay.notes)
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
    yield from _table(
        head, (_replayed(step, many, timed=timed) for step in replay.steps)
    )
    for part in (_files, _needless, _failed):
        yield from part(replay)
    yield from _notes(replay.notes)


def _figures(replay: Replay) -> Iterator[str]:
    many, none = len(replay.commits), unchanged(replay)
    rows = [
        f"{rebuilt(replay) / many:.1f} of {steps_of_one(replay)} rebuilt by a commit"
    ]
    rows += [f"{count(none, 'commit')} ({percent_of(none, many)}) rebuilt nothing"]
    each, week = per_commit(replay), per_week(replay, replay.seconds)
    if each is not None:
        rows += [f"{claims.about(replay)}{duration(each)} a commit"]
    if week is not None:
        rows += [f"{duration(week)} a week"]
    dates = words.dates([each.commit for each in replay.commits])
    yield f"{dates}: {', '.join(rows)}.\n\n"
    if replay.times:
        yield f"Times are {'estimated' if replay.times.estimated else 'measured'}: {_sentence(replay.times.source)}\n\n"


def _replayed(step: StepHistory, many: int, *, timed: bool) -> Iterator[str]:
    yield f"{step.line:,}"
    yield _short(words.instruction(step))
    yield f"{step.rebuilt:,} of {many:,}"
    yield percent_of(step.rebuilt, many)
    if timed:
        yield "" if step.seconds is None else duration(step.seconds)
    yield (
        f"{_sentence(words.reason(step.reasons[0]))} ({step.reasons[0].commits:,})"
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
    yield from _folded(
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
            title, "why", [(each, _sentence(each.failed)) for each in found]
        )


def _commits(
    title: str, head: str, found: Sequence[tuple[CommitResult, str]]
) -> Iterator[str]:
    """The latest of some commits, each with a word on it."""
    rows = [
        (
            code(words.short_id(each.commit)),
            day(each.commit.time),
            _sentence(each.commit.subject),
            about,
        )
        for each, about in found[: -_MOST - 1 : -1]
    ]
    yield from _folded(title, ("commit", "date", "subject", head), rows)


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
        yield f"{claims.tried(advised)}\n\n"
    for at, each in enumerate(advised.advice, 1):
        yield from _advice(each, at)
    if advised.together and len(advised.advice) > 1:
        yield f"**All together**: {_sentence(claims.claim(advised.together))}\n\n"
        yield from _before_and_after(advised.together)
    yield from _notes(advised.notes)


def _advice(advice: Advice, number: int) -> Iterator[str]:
    yield f"#### {number}. {_sentence(advice.title)}\n\n"
    yield f"**{_sentence(claims.claim(advice))}**\n\n"
    rule = (
        f" `lightship fix` makes it too: rule {code(advice.rule)}."
        if advice.rule
        else ""
    )
    yield f"{_sentence(_ended(advice.why))} {_sentence(_ended(claims.safety(advice)))}{rule}\n\n"
    yield f"<details><summary>The change</summary>\n\n{fenced(advice.diff)}\n\n</details>\n\n"


def _ended(sentence: str) -> str:
    """A sentence with a capital letter and its full stop."""
    return (
        f"{sentence[:1].upper()}{sentence[1:].removesuffix('.')}." if sentence else ""
    )


def _before_and_after(advice: Advice) -> Iterator[str]:
    rows = (
        (f"{step.line:,}", _short(words.instruction(step)), f"{step.rebuilt:,}")
        for step in advice.after.steps
    )
    yield from _folded(
        "Steps with all changes", ("line", "instruction", "rebuilt"), rows
    )


def fenced(diff: str) -> str:
    """A diff as a block of code, whose fence is longer than any row of backticks in it."""
    rows = [printable(row) for row in diff.removesuffix("\n").split("\n")]
    longest = max(
        (len(run) for row in rows for run in regex("`+").findall(row)), default=0
    )
    fence = "`" * max(longest + 1, 3)
    return "\n".join((f"{fence}diff", *rows, fence))


def _table(head: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table; nothing where it has no rows."""
    found = [f"| {' | '.join(row)} |" for row in rows]
    if found:
        rule = "|".join(" ---: " if name in _RIGHT else " --- " for name in head)
        yield "\n".join((f"| {' | '.join(head)} |", f"|{rule}|", *found)) + "\n\n"


def _folded(
    title: str, head: Sequence[str], rows: Iterable[Iterable[str]]
) -> Iterator[str]:
    """A table that is opened by who wants it."""
    yield f"<details><summary>{title}</summary>\n\n"
    yield from _table(head, rows)
    yield "</details>\n\n"


def _notes(texts: Iterable[str]) -> Iterator[str]:
    rows = [f"- {_sentence(note)}\n" for note in texts]
    if rows:
        yield "".join(rows) + "\n"


def _name(path: str) -> str:
    return shortened(escaped(path), _CELL)


def _short(words_: str, *, from_end: bool = False) -> str:
    return code(shortened(words_, _CELL) if from_end else words.cut(words_, _CELL))


def _sentence(words_: str) -> str:
    """A sentence, in which what stands between backticks is code; it starts no list, heading or block."""
    parts = shortened(escaped(words_).strip(), _SENTENCE).split("`")
    if len(parts) % 2 == 0:  # one of them ends nothing
        parts = ["`".join(parts)]
    made = "".join(
        code(part) if at % 2 and part else text(part) for at, part in enumerate(parts)
    )
    return _STARTS.sub(r"\1\\\2", made)
