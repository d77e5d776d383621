"""What building and running a project came to, and the table of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Image:
    """What was measured of an image and its container; None where it was not."""

    bytes: int | None = None
    build: float | None = None
    rebuild: float | None = None
    start: float | None = None
    stop: float | None = None
    code: int | None = None


@dataclass
class Outcome:
    """A project before and after the fix; `left` are the rules that still find something."""

    project: str = ""
    before: Image = field(default_factory=Image)
    after: Image = field(default_factory=Image)
    left: Sequence[str] = ()
    result: str = "failed"
    seconds: float = 0.0


_HEAD = ("project", "MB", "MB fixed", "build s", "rebuild s", "stop s", "exit", "result", "s", "still found")


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The lines of a table; `a > b` is before and after."""
    rows = [_HEAD, *[_row(each) for each in outcomes]]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(each: Outcome) -> tuple[str, ...]:
    before, after = each.before, each.after
    return (
        each.project,
        _megabytes(before.bytes),
        _megabytes(after.bytes),
        f"{_seconds(before.build)} > {_seconds(after.build)}",
        f"{_seconds(before.rebuild)} > {_seconds(after.rebuild)}",
        f"{_seconds(before.stop)} > {_seconds(after.stop)}",
        f"{_whole(before.code)} > {_whole(after.code)}",
        each.result,
        f"{each.seconds:.0f}",
        " ".join(each.left),
    )


def _megabytes(value: int | None) -> str:
    return "-" if value is None else f"{value / 1e6:.1f}"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _whole(value: int | None) -> str:
    return "-" if value is None else str(value)
