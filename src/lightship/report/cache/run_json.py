"""JSON of recorded builds; `run.schema.json` and `record_trend.schema.json` describe it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.cache.misses.explained_run import ExplainedRun, RunStep
from lightship.cache.records.build_record import BuildRecord
from lightship.cache.records.record_trend import RecordTrend, StepTrend, TrendPoint
from lightship.inspection.secrets import hidden
from lightship.report.cache import run_sentences
from lightship.report.cache.path_texts import paths_fields, rounded, shown_text
from lightship.report.kit.json_stream import json_object
from lightship.report.kit.view import View

VERSION = 1


def write_run(run: ExplainedRun, _view: View) -> Iterator[str]:
    """An ExplainedRun as the schema describes it."""
    yield from json_object(
        {
            "version": VERSION,
            "verdict": run_sentences.verdict(run),
            "dockerfile": shown_text(run.dockerfile),
            "before": run.before,
            "after": run.after,
            "record": _record(run.record),
            "steps": map(_step, run.steps),
            "ran": len(run.ran),
            "unexplained": len(run.unexplained),
            "seconds": rounded(run.seconds),
            "unexplained_seconds": rounded(run.unexplained_seconds),
            "to_do": run_sentences.to_do(run),
            "notes": list(run.notes),
        }
    )


def _record(record: BuildRecord) -> dict[str, Any]:
    imports = [
        {"source": found.source, "error": found.error or None}
        for found in record.imports
    ]
    return {
        "form": str(record.form),
        "reference": record.reference or None,
        "revision": record.revision or None,
        "seconds": rounded(record.seconds),
        "error": record.error or None,
        "imports": imports,
        "export_seconds": rounded(record.export_seconds),
        "bases": record.bases,
    }


def _step(step: RunStep) -> dict[str, Any]:
    predicted = step.predicted
    reason = step.reason
    return {
        "stage": shown_text(predicted.stage),
        "line": predicted.line,
        "instruction": hidden(predicted.instruction),
        "happened": str(step.happened),
        "predicted": "hit" if predicted.hit else "rebuilt",
        "why": str(step.why),
        "reason": shown_text(reason.text),
        "cause": str(reason.cause),
        "reason_line": reason.line or None,
        **paths_fields(reason.paths),
        "seconds": rounded(step.seconds),
        "pulled_seconds": rounded(step.pulled),
    }


def write_trend(trend: RecordTrend, _view: View) -> Iterator[str]:
    """A RecordTrend as the schema describes it."""
    yield from json_object(
        {
            "version": VERSION,
            "builds": map(_point, trend.points),
            "steps": map(_step_trend, trend.steps),
        }
    )


def _point(point: TrendPoint) -> dict[str, Any]:
    return {
        "name": shown_text(point.name),
        "number": point.number or None,
        "revision": point.revision or None,
        "started": rounded(point.started),
        "seconds": rounded(point.seconds),
        "ran_seconds": rounded(point.ran_seconds),
        "steps": point.steps,
        "hits": point.hits,
    }


def _step_trend(step: StepTrend) -> dict[str, Any]:
    return {
        "stage": shown_text(step.stage),
        "instruction": hidden(step.instruction),
        "builds": step.builds,
        "ran": step.ran,
        "seconds": [rounded(seconds) for seconds in step.seconds],
    }
