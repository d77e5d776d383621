"""The trend of several proofs for a terminal: a row for each, and blocks for each figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from lightship.outcome import Outcome
from lightship.proof.proof import Proof
from lightship.report.kit.bars import LEVELS
from lightship.report.kit.gate_report import gate_text
from lightship.report.kit.paint import BOLD, DIM, paint
from lightship.report.kit.view import View
from lightship.report.proof import figure_phrases
from lightship.report.proof.trend_lines import LINES, TrendLine, points
from lightship.wording.dates import day_and_time
from lightship.wording.printable import escaped

_DATE, _COMMIT, _VERDICT, _VALUE = 16, 7, 13, 9  # columns
_DAY = 10  # columns of a date without its time
_ROOMY = 90  # columns of a terminal that has room for the time
_HEAD, _ENDS = 12, 40  # columns before a line of blocks, and after it
_MISSING = "·"


def write_trend(
    proofs: Sequence[Proof], view: View, outcomes: Sequence[Outcome] = ()
) -> Iterator[str]:
    """The oldest first; the latest is nearest to the prompt. Then the limits, if there are any."""
    if proofs:
        yield from _proofs(proofs, view)
    else:
        yield "No proofs.\n"
    if outcomes:
        yield "\n"
        yield from gate_text(outcomes, view)


def _proofs(proofs: Sequence[Proof], view: View) -> Iterator[str]:
    yield f"{paint(_head(view), BOLD, view)}\n"
    for proof in proofs:
        yield f"{_row(proof, view)}\n"
    yield "\n"

    room = max(view.width - _HEAD - _ENDS, 8)
    for line in LINES:
        yield f"{_line(line, points(proofs, line), room, view)}\n"
    if len(proofs) > room:
        latest = f"the latest {room} of {len(proofs):,} proofs"
        yield f"{'':<{_HEAD}}{paint(latest, DIM, view)}\n"


def _head(view: View) -> str:
    date = f"{'DATE':<{_date(view)}}"
    commit = f"{'commit':<{_COMMIT}}"
    verdict = f"{'verdict':<{_VERDICT}}"
    titles = (f"{line.title:>{_VALUE}}" for line in LINES)
    return "  ".join((date, commit, verdict, *titles))


def _date(view: View) -> int:
    return _DATE if view.width >= _ROOMY else _DAY


def _row(proof: Proof, view: View) -> str:
    kind = proof.verdict.kind
    columns = _date(view)
    date = f"{day_and_time(proof.created)[:columns]:<{columns}}"
    commit = f"{escaped(proof.commit[:_COMMIT], _COMMIT):<{_COMMIT}}"
    space = " " * (_VERDICT - len(kind))
    verdict = paint(str(kind), figure_phrases.COLOURS[kind], view) + space

    cells = (_cell(line, proof) for line in LINES)
    return "  ".join((date, commit, verdict, *cells)).rstrip()


def _cell(line: TrendLine, proof: Proof) -> str:
    value = line.get(proof.after)
    text = "-" if value is None else figure_phrases.amount(value, line.unit)
    return f"{text:>{max(_VALUE, len(line.title))}}"


def _line(
    line: TrendLine,
    values: Sequence[float | None],
    room: int,
    view: View,
) -> str:
    """`size  ▇▇▅▃·▂  813 MB -> 216 MB, 3.8x smaller`.

    The latest as blocks, then the first and the last of all.
    """
    known = [value for value in values if value is not None]
    if not known:
        return f"{line.title:<{_HEAD}}{paint('not measured', DIM, view)}"
    blocks = sparkline(values[-room:])
    return f"{line.title:<{_HEAD}}{blocks}  {_ends(line, known)}"


def _ends(line: TrendLine, values: Sequence[float]) -> str:
    first = values[0]
    last = values[-1]
    after = figure_phrases.amount(last, line.unit)
    if len(values) == 1:
        return after
    before = figure_phrases.amount(first, line.unit)
    change = figure_phrases.difference(first, last, line.unit)
    return f"{before} -> {after}, {change}"


def sparkline(values: Sequence[float | None]) -> str:
    """A block for each value, as high as its share of the largest; `·` for a missing one."""
    largest = max((value for value in values if value is not None), default=0)
    return "".join(_block(value, largest) for value in values)


def _block(value: float | None, largest: float) -> str:
    if value is None:
        return _MISSING
    share = max(value, 0) / largest if largest > 0 else 0
    height = ceil(len(LEVELS) * share)
    return LEVELS[min(max(height, 1), len(LEVELS)) - 1]
