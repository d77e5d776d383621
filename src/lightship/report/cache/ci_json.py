"""JSON of a history in CI; `ci_replay.schema.json` beside this file describes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.cache.remote.ci_results import (
    CiReplay,
    CiStepName,
    KindResult,
    SettingResult,
    StepShare,
)
from lightship.inspection.secrets import hidden
from lightship.report.cache.ci_phrases import advice
from lightship.report.kit.json_stream import json_object
from lightship.report.kit.view import View
from lightship.wording.printable import escaped

VERSION = 1


def write(replay: CiReplay, _view: View) -> Iterator[str]:
    """A CiReplay as the schema describes it."""
    best = replay.others[replay.best].name if replay.best is not None else None
    yield from json_object(
        {
            "version": VERSION,
            "dockerfile": escaped(replay.dockerfile),
            "where": escaped(replay.where),
            "commits": replay.commits,
            "days": round(replay.days, 3),
            "seconds_per_build": _rounded(replay.seconds_per_build),
            "steps": map(_step, replay.steps),
            "written": _setting(replay.written),
            "others": map(_setting, replay.others),
            "best": best,
            "advice": advice(replay),
            "notes": list(replay.notes),
        }
    )


def _step(step: CiStepName) -> dict[str, Any]:
    return {
        "stage": escaped(step.stage),
        "line": step.line,
        "instruction": hidden(step.instruction),
        "seconds": _rounded(step.seconds),
    }


def _setting(result: SettingResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "cache_from": list(result.options[: result.reads]),
        "cache_to": list(result.options[result.reads :]),
        "runs": result.runs,
        "rebuilt": result.rebuilt,
        "seconds": _rounded(result.seconds),
        "layers": result.layers,
        "pulled": result.pulled,
        "bytes": result.bytes,
        "events": [_kind(kind) for kind in result.kinds],
    }


def _kind(kind: KindResult) -> dict[str, Any]:
    return {
        "event": str(kind.kind),
        "runs": kind.runs,
        "rebuilt": kind.rebuilt,
        "seconds": _rounded(kind.seconds),
        "pulled": kind.pulled,
        "bytes": kind.bytes,
        "failed": kind.failed,
        "empty": kind.empty,
        "unsure": kind.unsure,
        "steps": [_share(share) for share in kind.steps],
    }


def _share(share: StepShare) -> dict[str, Any]:
    reasons = [{"text": reason.text, "runs": reason.runs} for reason in share.reasons]
    return {"hits": share.hits, "pulled": share.pulled, "reasons": reasons}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
