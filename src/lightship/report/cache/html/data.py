"""What the pages say, as plain data for their script."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.explain.explanation import StepResult
from lightship.cache.replay.results import (
    CommitResult,
    CostlyFile,
    RankedReason,
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
from lightship.report.kit.html.data import Cells, Data, outcome_data, table
from lightship.report.kit.html.page_text import shown
from lightship.wording.dates import day
from lightship.wording.durations import timespan
from lightship.wording.printable import printable

ROWS = 5000  # of a table
_SUBJECT = 200  # characters of a commit's subject
_REASONS = 10  # of a step
_DIFF = 200_000  # characters
_ID = 64  # characters of a commit's id
_TAB = "    "


def change_data(change: ExplainedChange) -> Data:
    """The page of two builds side by side."""
    explanation = change.explanation
    return {
        "kind": "explanation",
        "outcomes": [outcome_data(outcome) for outcome in change.outcomes],
        "verdict": sentences.verdict(explanation),
        "steps": [_explained(step) for step in explanation.steps],
        "notes": _notes(explanation.notes),
    }


def _explained(step: StepResult) -> Data:
    mark = step_phrases.mark(step)
    reason = ""
    if mark != "cached":
        reason = step_phrases.reason(step.reason)
    warnings = [shown(warning) for warning in step.warnings]
    return {
        **_place(step),
        "mark": mark,
        "reason": reason,
        "warnings": warnings,
        "seconds": step.seconds,
    }


def replay_page(replay: Replay) -> Data:
    """The page of a history."""
    return {
        "kind": "replay",
        "replay": replay_data(replay),
        "notes": _notes(replay.notes),
    }


def advice_page(advised: Advised) -> Data:
    """The page of advice: each change, and the history with all of them, or with the only one."""
    together = advised.together
    has_several = len(advised.advice) > 1
    all_of_it = sentences.claim(together) if together and has_several else ""
    return {
        "kind": "advice",
        "tried": sentences.tried(advised),
        "advice": [_advice(advice) for advice in advised.advice],
        "together": all_of_it,
        "before": replay_data(advised.before),
        "after": _after(advised),
        "notes": _notes(advised.notes),
    }


def _after(advised: Advised) -> Data | None:
    if advised.together:
        return replay_data(advised.together.after)
    if advised.advice:
        return replay_data(advised.advice[0].after)
    return None


def _advice(advice: Advice) -> Data:
    diff = printable(advice.diff[:_DIFF])
    return {
        "title": shown(advice.title),
        "claim": sentences.claim(advice),
        "why": shown(advice.why),
        "safe": advice.safe,
        "safety": shown(sentences.safety(advice)),
        "rule": shown(advice.rule),
        "diff": diff.replace("\t", _TAB),
    }


def replay_data(replay: Replay) -> Data:
    """Figures, steps, commits and files of a history.

    Causes are numbers, since a thousand commits have few.
    """
    causes: dict[str, int] = {}
    results = replay.commits
    # This fills `causes`
    rows = [_commit(result, causes) for result in results]
    commits = [result.commit for result in results]
    files = map(_file, replay.files[:ROWS])
    return {
        "dockerfile": shown(replay.dockerfile),
        "historic": replay.historic,
        "dates": step_phrases.dates(commits),
        "timespan": timespan(replay.days),
        "rebuilt": rebuilt(replay),
        "one": steps_of_one(replay),
        "unchanged": unchanged(replay),
        "steps": list(map(_step, replay.steps)),
        "commits": rows,
        "causes": list(map(shown, causes)),
        "files": table(files, len(replay.files)),
        **_times(replay),
    }


def _file(file: CostlyFile) -> Cells:
    return [shown(file.path), file.commits, file.steps, file.seconds]


def _times(replay: Replay) -> Data:
    """Seconds, and what they are from; all of it null or empty where nothing was measured."""
    estimated = False
    source = ""
    if replay.times:
        estimated = replay.times.estimated
        source = shown(replay.times.source)
    return {
        "seconds": replay.seconds,
        "each": per_commit(replay),
        "weekly": per_week(replay, replay.seconds),
        "whole": replay.seconds_per_build,
        "estimated": estimated,
        "source": source,
    }


def _place(step: StepResult | StepHistory) -> Data:
    return {
        "stage": step_phrases.stage(step.stage),
        "line": step.line,
        "text": step_phrases.instruction(step),
    }


def _step(step: StepHistory) -> Data:
    reasons = step.reasons[:_REASONS]
    return {
        **_place(step),
        "rebuilt": step.rebuilt,
        "fates": step.fates,
        "seconds": step.seconds,
        "reasons": [_reason(reason) for reason in reasons],
    }


def _reason(reason: RankedReason) -> Cells:
    return [step_phrases.reason(reason), reason.commits]


def _commit(result: CommitResult, causes: dict[str, int]) -> Cells:
    """In the order that timeline.js has as FIELDS."""
    commit = result.commit
    numbers = [causes.setdefault(cause, len(causes)) for cause in result.causes]
    return [
        shown(commit.id, _ID),
        day(commit.time),
        shown(commit.subject, _SUBJECT),
        list(result.missed),
        numbers,
        result.changed,
        result.sent,
        result.needless,
        result.seconds,
        shown(result.failed),
    ]


def _notes(notes: Sequence[str]) -> list[str]:
    return [shown(note) for note in notes]
