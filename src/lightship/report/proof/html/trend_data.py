"""What the page of a trend says, as plain data for its script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lightship.proof.proof import Proof
from lightship.report.kit.html.text import shown
from lightship.report.proof import claims, figure_phrases
from lightship.report.proof.trend_lines import LINES, Line, points
from lightship.wording.dates import day_and_time

MOST = 2000  # proofs, the latest
_SENTENCE = 400  # characters


def trend_page(proofs: Sequence[Proof]) -> dict[str, Any]:
    """Each proof in a few words, and a line of values for each figure."""
    latest = proofs[-MOST:]
    return {
        "kind": "trend",
        "proofs": [_proof(proof) for proof in latest],
        "total": len(proofs),
        "lines": [_line(latest, line) for line in LINES],
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "date": day_and_time(proof.created),
        "commit": shown(proof.commit[:10]),
        "verdict": str(proof.verdict.kind),
        "summary": shown(claims.summary(proof), _SENTENCE),
    }


def _line(proofs: Sequence[Proof], line: Line) -> dict[str, Any]:
    found = points(proofs, line)
    known = [value for value in found if value is not None]
    said = "not measured"
    if known:
        ends = [
            figure_phrases.amount(value, line.unit) for value in (known[0], known[-1])
        ]
        said = (
            f"{' → '.join(ends)}, {figure_phrases.difference(known[0], known[-1], line.unit)}"
            if len(known) > 1
            else ends[0]
        )
    texts = [
        None if value is None else figure_phrases.amount(value, line.unit)
        for value in found
    ]
    largest = figure_phrases.amount(max(known), line.unit) if known else ""
    rest = {
        "values": found,
        "texts": texts,
        "largest": largest,
        "said": said,
        "unit": line.unit,
    }
    return {"key": line.key, "title": line.title} | rest
