"""JSON of explanations, replays and advice.

`explanation.schema.json`, `replay.schema.json` and `advice.schema.json` beside this file describe
it. Lists have one object a line, so that they can be read by people and in pieces. A path that is
not UTF-8 has escapes such as `\\xff` in it, and its bytes, in base64, are in `path_raw` (or
`paths_raw`, in the order of `paths`). Secrets in an instruction are left out of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.explain.explanation import StepResult
from lightship.cache.replay.results import (
    CommitResult,
    CostlyFile,
    RankedReason,
    Replay,
    StepHistory,
)
from lightship.inspection.secrets import hidden
from lightship.report.cache.explained_change import ExplainedChange
from lightship.report.cache.path_texts import (
    path_bytes,
    paths_fields,
    rounded,
    shown_text,
)
from lightship.report.cache.replay_figures import missed, rebuilt
from lightship.report.cache.sentences import claim
from lightship.report.kit.gate_report import gate_json
from lightship.report.kit.json_stream import json_object, path_fields
from lightship.report.kit.view import View

VERSION = 1


def write_change(change: ExplainedChange, _view: View) -> Iterator[str]:
    """An ExplainedChange as the schema describes it."""
    explanation = change.explanation
    yield from json_object(
        {
            "version": VERSION,
            "dockerfile": shown_text(change.dockerfile),
            "before": shown_text(change.before),
            "after": shown_text(change.after),
            "steps": map(_step, explanation.steps),
            "rebuilt": missed(explanation),
            "seconds": rounded(explanation.seconds),
            "seconds_of_all": rounded(explanation.seconds_of_all),
            "gate": gate_json(change.outcomes),
            "notes": list(explanation.notes),
        }
    )


def write_replay(replay: Replay, _view: View) -> Iterator[str]:
    """A Replay as the schema describes it."""
    yield from json_object(
        {
            "version": VERSION,
            "dockerfile": shown_text(replay.dockerfile),
            "historic": replay.historic,
            "commits": len(replay.commits),
            "days": round(replay.days, 3),
            "seconds": rounded(replay.seconds),
            "seconds_per_build": rounded(replay.seconds_per_build),
            "times": _times(replay),
            "steps": map(_history, replay.steps),
            "history": map(_commit, replay.commits),
            "files": map(_file, replay.files),
            "notes": list(replay.notes),
        }
    )


def write_advice(advised: Advised, _view: View) -> Iterator[str]:
    """An Advised as the schema describes it."""
    together = _advice(advised.together) if advised.together else None
    yield from json_object(
        {
            "version": VERSION,
            "commits": len(advised.before.commits),
            "tried": advised.tried,
            "before": _summary(advised.before),
            "advice": map(_advice, advised.advice),
            "together": together,
            "notes": list(advised.notes),
        }
    )


def _step(step: StepResult) -> dict[str, Any]:
    reason = step.reason
    return {
        **_place(step),
        "hit": step.hit,
        "reason": shown_text(reason.text),
        "cause": str(reason.cause),
        "reason_line": reason.line or None,
        **paths_fields(reason.paths),
        "warnings": list(step.warnings),
        "seconds": rounded(step.seconds),
    }


def _history(step: StepHistory) -> dict[str, Any]:
    return {
        **_place(step),
        "rebuilt": step.rebuilt,
        "fates": step.fates,
        "reasons": list(map(_reason, step.reasons)),
        "seconds": rounded(step.seconds),
    }


def _place(step: StepResult | StepHistory) -> dict[str, Any]:
    return {
        "stage": shown_text(step.stage),
        "line": step.line,
        "instruction": hidden(step.instruction),
    }


def _reason(reason: RankedReason) -> dict[str, Any]:
    return {
        "text": shown_text(reason.text),
        "cause": str(reason.cause),
        "commits": reason.commits,
        **paths_fields(reason.paths),
    }


def _commit(result: CommitResult) -> dict[str, Any]:
    commit = result.commit
    return {
        "id": commit.id,
        "time": commit.time,
        "subject": commit.subject,
        "parents": commit.parents,
        "missed": list(result.missed),
        "causes": list(map(shown_text, result.causes)),
        "changed": result.changed,
        "sent": result.sent,
        "needless": result.needless,
        "seconds": rounded(result.seconds),
        "failed": result.failed or None,
    }


def _file(file: CostlyFile) -> dict[str, Any]:
    return {
        **path_fields(path_bytes(file.path), slash=False),
        "commits": file.commits,
        "steps": file.steps,
        "seconds": rounded(file.seconds),
    }


def _times(replay: Replay) -> dict[str, Any] | None:
    times = replay.times
    if times is None:
        return None
    spent = times.seconds.items()
    seconds = {str(line): rounded(number) for line, number in spent}
    return {
        "source": times.source,
        "estimated": times.estimated,
        "seconds": seconds,
    }


def _advice(advice: Advice) -> dict[str, Any]:
    old = advice.before
    new = advice.after
    files = {shown_text(path): text for path, text in advice.files.items()}
    return {
        "title": advice.title,
        "claim": claim(advice),
        "why": advice.why,
        "safe": advice.safe,
        "caution": advice.caution or None,
        "rule": advice.rule or None,
        "files": files,
        "diff": advice.diff,
        "rebuilt_before": _rebuilds(old),
        "rebuilt_after": _rebuilds(new),
        "seconds_before": rounded(old.seconds),
        "seconds_after": rounded(new.seconds),
        "after": _summary(new),
    }


def _rebuilds(replay: Replay) -> list[int]:
    """How many commits rebuilt each step."""
    return [step.rebuilt for step in replay.steps]


def _summary(replay: Replay) -> dict[str, Any]:
    """A replay by its steps."""
    return {
        "steps": list(map(_step_summary, replay.steps)),
        "rebuilt": rebuilt(replay),
        "seconds": rounded(replay.seconds),
        "days": round(replay.days, 3),
    }


def _step_summary(step: StepHistory) -> dict[str, Any]:
    return {
        **_place(step),
        "rebuilt": step.rebuilt,
        "seconds": rounded(step.seconds),
    }
