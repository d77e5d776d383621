"""The figures of several proofs over time: what each proof measured of its second version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from lightship.proof.measured import Measured
from lightship.proof.proof import Proof
from lightship.record import record

Get = Callable[[Measured], float | None]


@record
class TrendLine:
    """One figure over time; `unit` is bytes or seconds."""

    key: str
    title: str
    unit: str
    get: Get


def _seconds(scenario: str) -> Get:
    return lambda measured: _median(measured.seconds(scenario))


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def _size(measured: Measured) -> float | None:
    return measured.shape.content if measured.shape else None


def _start(measured: Measured) -> float | None:
    starts = [run.start for run in measured.runs]
    return _median([start for start in starts if start is not None])


LINES = (
    TrendLine("content", "size", "bytes", _size),
    TrendLine("cold", "cold build", "seconds", _seconds("cold")),
    TrendLine("edit", "code edit", "seconds", _seconds("edit")),
    TrendLine("start", "start", "seconds", _start),
)


def points(proofs: Sequence[Proof], line: TrendLine) -> list[float | None]:
    """One value for each proof, None where it was not measured."""
    return [line.get(proof.after) for proof in proofs]
