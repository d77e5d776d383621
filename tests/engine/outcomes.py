"""What building and running a project came to, and the table of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Image:
    """What was measured of an image and its container; 0 where it was not."""

    bytes: int = 0
    build: float = 0.0
    rebuild: float = 0.0
    start: float = 0.0
    stop: float = 0.0
    code: int = 0


@dataclass
class Outcome:
    """A project before and after the fix; `left` are the rules that still find something."""

    project: str = ""
    before: Image = field(default_factory=Image)
    after: Image = field(default_factory=Image)
    left: Sequence[str] = ()
    result: str = "failed"
    seconds: float = 0.0


_HEAD = (
    "project",
    "MB",
    "build s",
    "rebuild s",
    "stop s",
    "exit",
    "result",
    "s",
    "still found",
)


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The lines of a table; `a > b` is before and after."""
    rows = [
        _HEAD,
        *[_row(each) for each in sorted(outcomes, key=lambda each: each.project)],
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    for row in rows:
        yield "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
    yield f"{len(outcomes)} projects, {sum(each.seconds for each in outcomes):.0f} s"


def _row(each: Outcome) -> tuple[str, ...]:
    before, after = each.before, each.after
    return (
        each.project,
        f"{before.bytes / 1e6:.1f} > {after.bytes / 1e6:.1f}",
        f"{before.build:.1f} > {after.build:.1f}",
        f"{before.rebuild:.1f} > {after.rebuild:.1f}",
        f"{before.stop:.1f} > {after.stop:.1f}" if after.stop else "",
        f"{before.code} > {after.code}" if after.stop else "",
        each.result,
        f"{each.seconds:.0f}",
        " ".join(each.left),
    )
