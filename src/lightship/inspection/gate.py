"""The gate: limits, and whether an image meets them.

`--max-size`, `--max-increase` and shares refer to the image's content bytes: all layers' files,
uncompressed, which is roughly what `docker images` shows. Waste is defined in waste.py, without the
paths that `--ignore-path` excludes. An image that exactly meets a limit passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from typing import NamedTuple

from lightship.errors import UsageError
from lightship.image.waste import Waste
from lightship.inspection.globs import ignored_by
from lightship.inspection.inspection import (
    FindingGroup,
    ImageFinding,
    Inspection,
    Outcome,
)
from lightship.inspection.phrases import ended, instruction, line
from lightship.inspection.subjects import SUBJECTS, WORDS
from lightship.record import record
from lightship.regex import regex
from lightship.wording.printable import escaped, shortened
from lightship.wording.shares import exact_percent, percent, read_share
from lightship.wording.sizes import read_size, size

MOST = 5  # contributors of a kind
_PERCENT = regex(r"([0-9]{1,9}(?:\.[0-9]{0,30})?)\s*%")


class Allowance(NamedTuple):
    """A number of bytes or a share: one of the two."""

    bytes: int | None = None
    share: float | None = None

    def of(self, whole: int) -> float:
        """The bytes that it allows; a share refers to `whole`."""
        return self.bytes if self.bytes is not None else (self.share or 0) * whole

    def __str__(self) -> str:
        return (
            size(self.bytes)
            if self.bytes is not None
            else exact_percent(self.share or 0)
        )


@record
class Gate:
    """The limits that are set; None where one is not.

    `max_user_waste` is dive's highestUserWastedPercent: waste as a share of the content of all
    layers but the first. `deny` has groups, ids of findings, and the words of `subjects.WORDS`.
    """

    max_size: int | None = None
    max_waste: Allowance | None = None
    min_efficiency: float | None = None
    max_increase: Allowance | None = None
    max_user_waste: float | None = None
    deny: tuple[str, ...] = ()
    ignore_paths: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it sets no limit."""
        limits = (
            self.max_size,
            self.max_waste,
            self.min_efficiency,
            self.max_increase,
            self.max_user_waste,
        )
        return not self.deny and all(each is None for each in limits)


def read_gate(
    max_size: str = "",
    max_waste: str = "",
    min_efficiency: str = "",
    max_increase: str = "",
    deny: Iterable[str] = (),
    ignore_paths: Iterable[str] = (),
) -> Gate:
    """Limits as users write them, empty for no limit; a UsageError for an invalid one."""
    globs = tuple(ignore_paths)
    ignored_by(globs)
    return Gate(
        read_size(max_size) if max_size else None,
        read_amount(max_waste) if max_waste else None,
        read_share(min_efficiency) if min_efficiency else None,
        read_amount(max_increase) if max_increase else None,
        deny=read_deny(deny),
        ignore_paths=globs,
    )


def read_amount(text: str) -> Allowance:
    """A size, or a share with `%`."""
    found = _PERCENT.fullmatch(text.strip())
    return (
        Allowance(share=float(found[1]) / 100)
        if found
        else Allowance(bytes=read_size(text))
    )


def read_deny(names: Iterable[str]) -> tuple[str, ...]:
    """Names of findings, each once, split at commas."""
    single = dict.fromkeys(
        name.strip() for joined in names for name in joined.split(",") if name.strip()
    )
    for name in single:
        if name not in _deniable():
            from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

            near = get_close_matches(name, _deniable(), n=1)
            hint = (
                f"did you mean {near[0]}?"
                if near
                else f"known are {', '.join(_deniable())}"
            )
            raise UsageError(f"unknown finding {name!r}: {hint}")
    return tuple(single)


def _deniable() -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            ("all", *(str(group) for group in FindingGroup), *WORDS, *SUBJECTS)
        )
    )


def judge(
    inspection: Inspection, gate: Gate, baseline: int | None = None
) -> tuple[Outcome, ...]:
    """An outcome for each limit that is set. `baseline` is in content bytes.

    Findings are taken as they are in the inspection, which left out the paths to ignore. A
    UsageError where an increase is limited and there is no baseline.
    """
    ignored = ignored_by(gate.ignore_paths)
    waste = [item for item in inspection.contents.waste if not ignored(item.path)]
    return (
        *_size(inspection, gate),
        *_waste(inspection, gate, waste),
        *_increase(inspection, gate, baseline),
        *(_denied(inspection, name) for name in gate.deny),
    )


def _size(inspection: Inspection, gate: Gate) -> Iterator[Outcome]:
    if gate.max_size is not None:
        content = inspection.contents.content_bytes
        passed = content <= gate.max_size
        yield Outcome(
            "max-size",
            size(gate.max_size),
            _figure(content, gate.max_size),
            passed,
            () if passed else (*_layers(inspection), *_packages(inspection)),
        )


def _waste(
    inspection: Inspection, gate: Gate, waste: Sequence[Waste]
) -> Iterator[Outcome]:
    content, wasted = (
        inspection.contents.content_bytes,
        sum(item.size for item in waste),
    )
    detail = tuple(_wasted(waste))
    if gate.max_waste is not None:
        most = gate.max_waste.of(content)
        share = (
            f" ({percent(wasted / content if content else 0, 2)})"
            if gate.max_waste.share is not None
            else ""
        )
        figure = f"{_figure(wasted, most)}{share}"
        yield _outcome("max-waste", str(gate.max_waste), figure, wasted <= most, detail)
    if gate.min_efficiency is not None:
        efficiency = 1 - wasted / content if content else 1.0
        passed = efficiency >= gate.min_efficiency
        yield _outcome(
            "min-efficiency",
            exact_percent(gate.min_efficiency),
            percent(efficiency, 2),
            passed,
            detail,
        )
    if gate.max_user_waste is not None:
        above = sum(
            scan.content_bytes for scan in inspection.contents.stack.scans[1:] if scan
        )
        share_of = wasted / above if above else 0.0
        passed = share_of <= gate.max_user_waste
        yield _outcome(
            "max-user-waste",
            exact_percent(gate.max_user_waste),
            percent(share_of, 2),
            passed,
            detail,
        )


def _increase(
    inspection: Inspection, gate: Gate, baseline: int | None
) -> Iterator[Outcome]:
    if gate.max_increase is None:
        return
    if baseline is None:
        raise UsageError(
            "--max-increase needs a baseline: give a saved report with --baseline FILE"
        )
    more = inspection.contents.content_bytes - baseline
    most = gate.max_increase.of(baseline)
    sign = "-" if more < 0 else "+"
    figure = f"{sign}{_figure(abs(more), most)} on {size(baseline)}"
    yield _outcome(
        "max-increase",
        str(gate.max_increase),
        figure,
        more <= most,
        tuple(_layers(inspection)),
    )


def _outcome(
    name: str, limit: str, figure: str, passed: bool, detail: tuple[str, ...]
) -> Outcome:
    return Outcome(name, limit, figure, passed, () if passed else detail)


def _denied(inspection: Inspection, name: str) -> Outcome:
    found = [each for each in inspection.findings if _is_denied(each, name)]
    count = f"{len(found)} finding{'s' * (len(found) != 1)}"
    return Outcome(
        f"deny {name}",
        "none",
        count,
        not found,
        tuple(each.message for each in found[: 2 * MOST]),
    )


def _is_denied(finding: ImageFinding, name: str) -> bool:
    return name in ("all", finding.id, str(finding.group)) or finding.id in WORDS.get(
        name, ()
    )


def _figure(number: int, limit: float) -> str:
    """A size; to the byte where it would read as the limit does."""
    return (
        f"{number:,} B"
        if number != limit and size(number) == size(int(limit))
        else size(number)
    )


def _wasted(waste: Sequence[Waste]) -> Iterator[str]:
    for item in nlargest(MOST, waste, key=lambda item: item.size):
        yield (
            f"/{escaped(item.path, 120)}: {size(item.size)}, written by layer {item.layer + 1}, "
            f"{ended(item.reason, item.by)}"
        )


def _layers(inspection: Inspection) -> Iterator[str]:
    scans = [
        (at, scan.content_bytes)
        for at, scan in enumerate(inspection.contents.stack.scans)
        if scan and scan.content_bytes
    ]
    for at, content in nlargest(MOST, scans, key=lambda each: each[1]):
        blame = inspection.blame[at] if at < len(inspection.blame) else None
        made = (line(blame), shortened(instruction(blame), 80)) if blame else ()
        yield " ".join((f"layer {at + 1}: {size(content)}", *filter(None, made)))


def _packages(inspection: Inspection) -> Iterator[str]:
    for package in nlargest(
        MOST, inspection.owners.packages, key=lambda each: each.size
    ):
        yield f"{package.manager} {escaped(package.name, 60)} {escaped(package.version, 40)}: {size(package.size)}"
