"""What a finding costs, in a few words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lightship.wording.counts import count
from lightship.wording.durations import duration, timespan
from lightship.wording.sizes import size

if TYPE_CHECKING:
    from lightship.cache.remote.finding_cost import FindingCost

_FEW = 10  # steps; of more a tenth says nothing


def cost(found: FindingCost) -> str:
    """`costs 42 s a run, 31 min a week (118 runs in 12 weeks)`."""
    if not found.runs:
        return "costs are not known: no run of this history builds it"
    span = f"{count(found.runs, 'run')} in {timespan(found.days)}"
    together = f", {found.builds} builds together" if found.builds > 1 else ""
    return f"{', '.join(_parts(found))} ({span}{together})"


def _parts(found: FindingCost) -> Iterator[str]:
    yield _seconds(found, found.seconds) if found.seconds is not None else _steps(found)
    # What is fetched instead of built is a part of the cure's own price
    if found.bytes is not None and abs(found.per_run(found.bytes)) >= 1:
        amount = size(round(abs(found.per_run(found.bytes))))
        if found.bytes > 0:
            yield f"{amount} fetched a run"
        else:
            yield f"mended it fetches {amount} more a run"
    elif found.bytes is None and found.layers > 0 and found.steps <= 0:
        yield f"fetches {_some(found.per_run(found.layers))} layers more a run"


def _seconds(found: FindingCost, seconds: float) -> str:
    if seconds <= 0:
        return "costs no time in this history"
    text = f"costs {duration(found.per_run(seconds))} a run"
    weekly = found.per_week(seconds)
    return text if weekly is None else f"{text}, {duration(weekly)} a week"


def _steps(found: FindingCost) -> str:
    if found.steps <= 0:
        return "costs no step in this history"
    text = f"costs {_some(found.per_run(found.steps))} more steps a run"
    weekly = found.per_week(found.steps)
    return text if weekly is None else f"{text}, {_some(weekly)} a week"


def _some(steps: float) -> str:
    return f"{steps:.1f}" if steps < _FEW else f"{steps:,.0f}"
