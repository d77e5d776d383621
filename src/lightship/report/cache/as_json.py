"""JSON of explanations, replays and advice: `explanation`, `replay` and `advice.schema.json` beside this file say all.

Lists have one object a line, so that they can be read by people and in pieces. A path that is no UTF-8 has `\\xff` and
the like in it, and its bytes, in base64, stand in `path_raw` (or `paths_raw`, in the order of `paths`). Secrets that
are written in an instruction are left out of it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any

from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.explain.explanation import Explanation, StepResult
from lightship.cache.replay.results import (
    CommitResult,
    CostlyFile,
    RankedReason,
    Replay,
    StepHistory,
)
from lightship.inspection.secrets import hidden
from lightship.report.cache.replay_figures import missed, rebuilt
from lightship.report.cache.sentences import claim
from lightship.report.kit.json_stream import json_object, path_fields
from lightship.report.kit.view import View
from lightship.wording.printable import escaped_bytes

VERSION = 1


def write_explanation(explanation: Explanation, _view: View) -> Iterator[str]:
    """An Explanation as the schema describes it."""
    yield from json_object(
        {
            "version": VERSION,
            "steps": map(_step, explanation.steps),
            "rebuilt": missed(explanation),
            "seconds": _rounded(explanation.seconds),
            "seconds_of_all": _rounded(explanation.seconds_of_all),
            "notes": list(explanation.notes),
        }
    )


def write_replay(replay: Replay, _view: View) -> Iterator[str]:
    """A Replay as the schema describes it."""
    yield from json_object(
        {
            "version": VERSION,
            "dockerfile": _text(replay.dockerfile),
            "historic": replay.historic,
            "commits": len(replay.commits),
            "days": round(replay.days, 3),
            "seconds": _rounded(replay.seconds),
            "seconds_per_build": _rounded(replay.seconds_per_build),
            "times": _times(replay),
            "steps": map(_history, replay.steps),
            "history": map(_commit, replay.commits),
            "files": map(_file, replay.files),
            "notes": list(replay.notes),
        }
    )


def write_advice(advised: Advised, _view: View) -> Iterator[str]:
    """An Advised as the schema describes it."""
    yield from json_object(
        {
            "version": VERSION,
            "commits": len(advised.before.commits),
            "tried": advised.tried,
            "before": _summary(advised.before),
            "advice": map(_advice, advised.advice),
            "together": _advice(advised.together) if advised.together else None,
            "notes": list(advised.notes),
        }
    )


def _bytes(text: str) -> bytes:
    """The bytes that a path is read from; half of a surrogate pair, which no path has, becomes a question mark."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _text(path: str) -> str:
    return escaped_bytes(_bytes(path))


def _paths(paths: Sequence[str]) -> dict[str, Any]:
    """Paths, with their bytes where one of them is no UTF-8."""
    raw = list(map(_bytes, paths))
    found: dict[str, Any] = {"paths": list(map(escaped_bytes, raw))}
    if any("\udc80" <= char <= "\udcff" for path in paths for char in path):
        found["paths_raw"] = [b64encode(each).decode() for each in raw]
    return found


def _rounded(seconds: float | None) -> float | None:
    """Milliseconds are more than any clock here is good for."""
    return None if seconds is None else round(float(seconds), 3)


def _place(step: StepResult | StepHistory) -> dict[str, Any]:
    return {
        "stage": _text(step.stage),
        "line": step.line,
        "instruction": hidden(step.instruction),
    }


def _step(step: StepResult) -> dict[str, Any]:
    found = step.reason
    reason = {
        "reason": _text(found.text),
        "cause": str(found.cause),
        "reason_line": found.line or None,
    }
    rest = {"warnings": list(step.warnings), "seconds": _rounded(step.seconds)}
    return _place(step) | {"hit": step.hit} | reason | _paths(found.paths) | rest


def _reason(found: RankedReason) -> dict[str, Any]:
    return {
        "text": _text(found.text),
        "cause": str(found.cause),
        "commits": found.commits,
    } | _paths(found.paths)


def _history(step: StepHistory) -> dict[str, Any]:
    reasons = list(map(_reason, step.reasons))
    return _place(step) | {
        "rebuilt": step.rebuilt,
        "fates": step.fates,
        "reasons": reasons,
        "seconds": _rounded(step.seconds),
    }


def _commit(each: CommitResult) -> dict[str, Any]:
    return {
        "id": each.commit.id,
        "time": each.commit.time,
        "subject": each.commit.subject,
        "parents": each.commit.parents,
        "missed": list(each.missed),
        "causes": list(map(_text, each.causes)),
        "changed": each.changed,
        "sent": each.sent,
        "needless": each.needless,
        "seconds": _rounded(each.seconds),
        "failed": each.failed or None,
    }


def _file(each: CostlyFile) -> dict[str, Any]:
    figures = {
        "commits": each.commits,
        "steps": each.steps,
        "seconds": _rounded(each.seconds),
    }
    return path_fields(_bytes(each.path), slash=False) | figures


def _times(replay: Replay) -> dict[str, Any] | None:
    times = replay.times
    if times is None:
        return None
    seconds = {str(line): _rounded(spent) for line, spent in times.seconds.items()}
    return {"source": times.source, "estimated": times.estimated, "seconds": seconds}


def _summary(replay: Replay) -> dict[str, Any]:
    """A replay by its steps."""
    steps = [
        _place(step) | {"rebuilt": step.rebuilt, "seconds": _rounded(step.seconds)}
        for step in replay.steps
    ]
    return {
        "steps": steps,
        "rebuilt": rebuilt(replay),
        "seconds": _rounded(replay.seconds),
        "days": round(replay.days, 3),
    }


def _advice(each: Advice) -> dict[str, Any]:
    return {
        "title": each.title,
        "claim": claim(each),
        "why": each.why,
        "safe": each.safe,
        "caution": each.caution or None,
        "rule": each.rule or None,
        "files": {_text(path): text for path, text in each.files.items()},
        "diff": each.diff,
        "rebuilt_before": [step.rebuilt for step in each.before.steps],
        "rebuilt_after": [step.rebuilt for step in each.after.steps],
        "seconds_before": _rounded(each.before.seconds),
        "seconds_after": _rounded(each.after.seconds),
        "after": _summary(each.after),
    }
