"""JSON of the trend of several proofs: `trend.schema.json` beside this file says all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lightship.outcome import Outcome
from lightship.proof.proof import Proof
from lightship.report.kit.gate_report import gate_json
from lightship.report.kit.json_stream import json_object
from lightship.report.kit.view import View
from lightship.report.proof import claims
from lightship.report.proof.trend_lines import LINES

VERSION = 1


def write_trend(
    proofs: Sequence[Proof], _view: View, outcomes: Sequence[Outcome] = ()
) -> Iterator[str]:
    """The oldest first, one a row; then the limits."""
    points = map(_point, proofs)
    gate = gate_json(outcomes)
    yield from json_object({"version": VERSION, "proofs": points, "gate": gate})


def _point(proof: Proof) -> dict[str, Any]:
    figures = {line.key: _rounded(line.get(proof.after)) for line in LINES}
    return {
        "id": proof.id,
        "created": proof.created,
        "commit": proof.commit,
        "verdict": str(proof.verdict.kind),
        "summary": claims.summary(proof),
        **figures,
    }


def _rounded(value: float | None) -> float | None:
    """Milliseconds are more than any clock here is good for."""
    return None if value is None else round(value, 3)
