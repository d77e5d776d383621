"""What the page of a history in CI says, as plain data for its script."""

from __future__ import annotations

from lightship.cache.remote.ci_results import (
    CiReplay,
    CiStepName,
    KindResult,
    SettingResult,
    StepShare,
)
from lightship.report.cache import ci_phrases
from lightship.report.kit.html.data import Cells, Data
from lightship.report.kit.html.page_text import shown
from lightship.wording.durations import WEEK, timespan


def ci_page(replay: CiReplay) -> Data:
    """The page: the settings, the one that is written first, each with its runs by event."""
    results = (replay.written, *replay.others)
    best = None if replay.best is None else replay.best + 1
    times = replay.times
    return {
        "kind": "ci",
        "dockerfile": shown(replay.dockerfile),
        "where": shown(replay.where),
        "commits": replay.commits,
        "timespan": timespan(replay.days),
        "weeks": replay.days / WEEK if replay.days >= WEEK else None,
        "advice": shown(_advice(replay)),
        "whole": replay.seconds_per_build,
        "estimated": times is not None and times.estimated,
        "source": shown(times.source) if times is not None else "",
        "steps": [_step(step) for step in replay.steps],
        "settings": [_setting(result) for result in results],
        "best": best,
        "notes": [shown(note) for note in replay.notes],
    }


def _advice(replay: CiReplay) -> str:
    """The advice, as a page begins a sentence."""
    return ci_phrases.advice(replay).replace(ci_phrases.ADVICE, "Advice: ", 1)


def _step(step: CiStepName) -> Data:
    return {
        "stage": shown(step.stage),
        "line": step.line,
        "text": ci_phrases.instruction(step),
        "seconds": step.seconds,
    }


def _setting(result: SettingResult) -> Data:
    options = ci_phrases.option_lines(result)
    return {
        "name": shown(result.name),
        "options": [[name, shown(text)] for name, text in options],
        "runs": result.runs,
        "built": result.built,
        "rebuilt": result.rebuilt,
        "seconds": result.seconds,
        "bytes": result.bytes,
        "kinds": [_kind(kind) for kind in result.kinds],
    }


def _kind(kind: KindResult) -> Data:
    return {
        "event": ci_phrases.event(kind.kind),
        "runs": kind.runs,
        "built": kind.built,
        "rebuilt": kind.rebuilt,
        "seconds": kind.seconds,
        "empty": kind.empty,
        "steps": [_share(share) for share in kind.steps],
    }


def _share(share: StepShare) -> Cells:
    """Hits, and why it was run in the other runs."""
    reasons = [[shown(reason.text), reason.runs] for reason in share.reasons]
    return [share.hits, reasons]
