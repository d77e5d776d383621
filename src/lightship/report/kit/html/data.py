"""The data that a page's script is given, and the parts of it that several pages have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lightship.outcome import Outcome
from lightship.report.kit.html.page_text import shown

Data = dict[str, Any]  # an object of the script
Cells = list[Any]  # a row of a table, in the order of its columns

_SENTENCE = 600  # characters


def table(rows: Iterable[Cells], total: int) -> Data:
    """The rows that the page holds, and how many there are in all."""
    return {"rows": list(rows), "total": total}


def outcome_data(outcome: Outcome) -> Data:
    """A limit, and whether it was kept."""
    detail = [shown(text, _SENTENCE) for text in outcome.detail]
    return {
        "name": shown(outcome.name),
        "limit": shown(outcome.limit, _SENTENCE),
        "figure": shown(outcome.figure, _SENTENCE),
        "passed": outcome.passed,
        "detail": detail,
    }
