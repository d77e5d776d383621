"""What the page of a trend says, as plain data for its script."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.outcome import Outcome
from lightship.proof.proof import Proof
from lightship.report.kit.html.data import Data, outcome_data
from lightship.report.kit.html.page_text import shown
from lightship.report.proof import claims, figure_phrases
from lightship.report.proof.trend_lines import LINES, TrendLine, points
from lightship.wording.dates import day_and_time

MOST = 2000  # proofs, the latest
_SENTENCE = 400  # characters
_ID = 10  # characters of a commit's id


def trend_page(proofs: Sequence[Proof], outcomes: Sequence[Outcome] = ()) -> Data:
    """Each proof in a few words, a line of values for each figure, and the limits."""
    latest = proofs[-MOST:]
    lines = [_line(latest, line) for line in LINES]
    return {
        "kind": "trend",
        "proofs": list(map(_proof, latest)),
        "total": len(proofs),
        "lines": lines,
        "outcomes": list(map(outcome_data, outcomes)),
    }


def _proof(proof: Proof) -> Data:
    summary = claims.summary(proof)
    commit = proof.commit[:_ID]
    return {
        "date": day_and_time(proof.created),
        "commit": shown(commit),
        "verdict": str(proof.verdict.kind),
        "summary": shown(summary, _SENTENCE),
    }


def _line(proofs: Sequence[Proof], line: TrendLine) -> Data:
    """The values of a figure, None where it was not measured."""
    values = points(proofs, line)
    known: list[float] = []
    texts: list[str | None] = []
    for value in values:
        if value is None:
            texts.append(None)
            continue
        known.append(value)
        texts.append(figure_phrases.amount(value, line.unit))

    largest = ""
    if known:
        largest = figure_phrases.amount(max(known), line.unit)
    return {
        "key": line.key,
        "title": line.title,
        "values": values,
        "texts": texts,
        "largest": largest,
        "said": _summary(known, line.unit),
        "unit": line.unit,
    }


def _summary(values: Sequence[float], unit: str) -> str:
    """`813 MB → 684 MB, 16 % smaller`."""
    if not values:
        return "not measured"
    first = values[0]
    last = values[-1]
    start = figure_phrases.amount(first, unit)
    if len(values) == 1:
        return start
    end = figure_phrases.amount(last, unit)
    change = figure_phrases.difference(first, last, unit)
    return f"{start} → {end}, {change}"
