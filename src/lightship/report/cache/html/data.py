"""What the pages say, as plain data for their script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lightship.cache.advice.advice import Advice, Advised
from lightship.cache.explain.explanation import Explanation, Step
from lightship.cache.replay.results import CommitResult, Replay, StepHistory
from lightship.report.cache import sentences, step_phrases
from lightship.report.cache.replay_figures import (
    per_commit,
    per_week,
    rebuilt,
    steps_of_one,
    unchanged,
)
from lightship.report.kit.html.text import shown
from lightship.wording.dates import day
from lightship.wording.durations import timespan
from lightship.wording.printable import printable

ROWS = 5000  # of a table
_SUBJECT = 200  # characters of a commit's subject
_REASONS = 10  # of a step
_DIFF = 200_000  # characters


def explanation_data(explanation: Explanation) -> dict[str, Any]:
    """The page of two builds side by side."""
    steps = [_explained(step) for step in explanation.steps]
    return {
        "kind": "explanation",
        "verdict": sentences.verdict(explanation),
        "steps": steps,
    } | _notes(explanation.notes)


def _explained(step: Step) -> dict[str, Any]:
    mark = step_phrases.mark(step)
    reason = "" if mark == "cached" else step_phrases.reason(step.reason)
    warnings = [shown(each) for each in step.warnings]
    return _place(step) | {
        "mark": mark,
        "reason": reason,
        "warnings": warnings,
        "seconds": step.seconds,
    }


def replay_page(replay: Replay) -> dict[str, Any]:
    """The page of a history."""
    return {"kind": "replay", "replay": replay_data(replay)} | _notes(replay.notes)


def advice_page(advised: Advised) -> dict[str, Any]:
    """The page of advice: each change, and the history with all of them, or with the only one."""
    last = advised.together or (advised.advice[0] if advised.advice else None)
    return {
        "kind": "advice",
        "tried": sentences.tried(advised),
        "advice": [_advice(each) for each in advised.advice],
        "together": sentences.claim(advised.together)
        if advised.together and len(advised.advice) > 1
        else "",
        "before": replay_data(advised.before),
        "after": replay_data(last.after) if last else None,
    } | _notes(advised.notes)


def _advice(each: Advice) -> dict[str, Any]:
    return {
        "title": shown(each.title),
        "claim": sentences.claim(each),
        "why": shown(each.why),
        "safe": each.safe,
        "safety": shown(sentences.safety(each)),
        "rule": shown(each.rule),
        "diff": printable(each.diff[:_DIFF]).replace("\t", "    "),
    }


def replay_data(replay: Replay) -> dict[str, Any]:
    """Figures, steps, commits and files of a history; causes are numbers, since a thousand commits have few."""
    causes: dict[str, int] = {}
    commits = [_commit(each, causes) for each in replay.commits]
    files = [
        [shown(each.path), each.commits, each.steps, each.seconds]
        for each in replay.files[:ROWS]
    ]
    return {
        "dockerfile": shown(replay.dockerfile),
        "historic": replay.historic,
        "dates": step_phrases.dates([each.commit for each in replay.commits]),
        "timespan": timespan(replay.days),
        "rebuilt": rebuilt(replay),
        "one": steps_of_one(replay),
        "unchanged": unchanged(replay),
        "steps": [_step(step) for step in replay.steps],
        "commits": commits,
        "causes": [shown(cause) for cause in causes],
        "files": {"rows": files, "total": len(replay.files)},
    } | _times(replay)


def _times(replay: Replay) -> dict[str, Any]:
    """Seconds, and what they are from; all of it null or empty where nothing was measured."""
    times = replay.times
    return {
        "seconds": replay.seconds,
        "each": per_commit(replay),
        "weekly": per_week(replay, replay.seconds),
        "whole": replay.seconds_per_build,
        "estimated": bool(times and times.estimated),
        "source": shown(times.source) if times else "",
    }


def _place(step: Step | StepHistory) -> dict[str, Any]:
    return {
        "stage": step_phrases.stage(step.stage),
        "line": step.line,
        "text": step_phrases.instruction(step),
    }


def _step(step: StepHistory) -> dict[str, Any]:
    reasons = [
        [step_phrases.reason(each), each.commits] for each in step.reasons[:_REASONS]
    ]
    rest = {
        "rebuilt": step.rebuilt,
        "fates": step.fates,
        "seconds": step.seconds,
        "reasons": reasons,
    }
    return _place(step) | rest


def _commit(each: CommitResult, causes: dict[str, int]) -> list[Any]:
    """In the order that replay.js has as FIELDS."""
    said = [causes.setdefault(cause, len(causes)) for cause in each.causes]
    name = [
        shown(each.commit.id, 64),
        day(each.commit.time),
        shown(each.commit.subject, _SUBJECT),
    ]
    return [
        *name,
        list(each.missed),
        said,
        each.changed,
        each.sent,
        each.needless,
        each.seconds,
        shown(each.failed),
    ]


def _notes(notes: Sequence[str]) -> dict[str, Any]:
    return {"notes": [shown(note) for note in notes]}
