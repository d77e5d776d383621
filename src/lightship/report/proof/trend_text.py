"""The trend of several proofs for a terminal: a row for each, and a line of blocks for each figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.proof.proof import Proof
from lightship.report.kit.bars import LEVELS
from lightship.report.kit.paint import BOLD, DIM, paint
from lightship.report.kit.view import View
from lightship.report.proof import figure_phrases
from lightship.report.proof.trend_lines import LINES, TrendLine, points
from lightship.wording.dates import day_and_time
from lightship.wording.printable import escaped

_DATE, _COMMIT, _VERDICT, _VALUE = 16, 7, 13, 9  # columns
_DAY = 10  # columns of a date without its time
_ROOMY = 90  # columns of a terminal that has room for the time
_HEAD, _ENDS = 12, 40  # columns before a line of blocks, and behind it
_MISSING = "·"


def write_trend(proofs: Sequence[Proof], view: View) -> Iterator[str]:
    """The oldest first; the latest stands nearest to the prompt."""
    if not proofs:
        yield "There are no proofs.\n"
        return
    head = (
        f"{'DATE':<{_date(view)}}",
        f"{'commit':<{_COMMIT}}",
        f"{'verdict':<{_VERDICT}}",
    )
    yield (
        paint(
            "  ".join((*head, *(f"{line.title:>{_VALUE}}" for line in LINES))),
            BOLD,
            view,
        )
        + "\n"
    )
    for proof in proofs:
        yield f"{_row(proof, view)}\n"
    yield "\n"
    room = max(view.width - _HEAD - _ENDS, 8)
    for line in LINES:
        yield f"{_line(line, points(proofs, line), room, view)}\n"
    if len(proofs) > room:
        yield f"{'':<{_HEAD}}{paint(f'the latest {room} of {len(proofs):,} proofs', DIM, view)}\n"


def _date(view: View) -> int:
    return _DATE if view.width >= _ROOMY else _DAY


def _row(proof: Proof, view: View) -> str:
    kind = proof.verdict.kind
    when = day_and_time(proof.created)[: _date(view)]
    first = (
        f"{when:<{_date(view)}}  {escaped(proof.commit[:_COMMIT], _COMMIT):<{_COMMIT}}"
    )
    cells = (
        f"{_value(line.get(proof.after), line):>{max(_VALUE, len(line.title))}}"
        for line in LINES
    )
    verdict = paint(str(kind), figure_phrases.COLOURS[kind], view) + " " * (
        _VERDICT - len(kind)
    )
    return "  ".join((first, verdict, *cells)).rstrip()


def _value(value: float | None, line: TrendLine) -> str:
    return "-" if value is None else figure_phrases.amount(value, line.unit)


def _line(line: TrendLine, found: Sequence[float | None], room: int, view: View) -> str:
    """`size  ▇▇▅▃·▂  813 MB -> 216 MB, 3.8x smaller`: the latest as blocks, then the first and the last of all."""
    known = [value for value in found if value is not None]
    if not known:
        return f"{line.title:<{_HEAD}}{paint('not measured', DIM, view)}"
    first, last = known[0], known[-1]
    text = figure_phrases.amount(last, line.unit)
    if len(known) > 1:
        text = f"{figure_phrases.amount(first, line.unit)} -> {text}, {figure_phrases.difference(first, last, line.unit)}"
    return f"{line.title:<{_HEAD}}{sparkline(found[-room:])}  {text}"


def sparkline(found: Sequence[float | None]) -> str:
    """A block for each value, as high as its share of the largest; `·` where there is none."""
    largest = max((value for value in found if value is not None), default=0)
    return "".join(_block(value, largest) for value in found)


def _block(value: float | None, largest: float) -> str:
    if value is None:
        return _MISSING
    share = max(value, 0) / largest if largest > 0 else 0
    return LEVELS[min(max(-int(-len(LEVELS) * share // 1), 1), len(LEVELS)) - 1]
