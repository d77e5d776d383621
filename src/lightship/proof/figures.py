"""Every figure of a proof: what is compared, in which unit, and which difference is called one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from statistics import median

from lightship.proof.proof import (
    Effect,
    Figure,
    FigureGroup,
    ImageShape,
    Measured,
    Ran,
    VersionWork,
)
from lightship.proof.statistics import compare
from lightship.record import record

SCENARIOS = {
    "cold": ("build with nothing in the cache", FigureGroup.BUILD),
    "nothing": ("rebuild when nothing changed", FigureGroup.REBUILD),
    "edit": ("rebuild after a code edit", FigureGroup.REBUILD),
    "dependency": ("rebuild after a dependency edit", FigureGroup.REBUILD),
    "commits": ("rebuild of each commit", FigureGroup.REBUILD),
}
# A difference of less is none: starting docker's client alone varies so much
_LEAST_SECONDS = 0.15
# The same for what the engine needs for a container, on a busy machine
_LEAST_OF_RUNS = {"start": 0.25, "stop": 0.5}
# Of builds that were made once: a busy machine adds as much
_LEAST_OF_ONE = 1.0
# Of exact sizes: an account or a page of text is no difference
_LEAST_BYTES, _LEAST_SHARE = 1_000_000, 0.005
_LEAST_MEMORY = 0.1

_BUILDING = (FigureGroup.BUILD, FigureGroup.REBUILD)
_SAME_BUILD = "a builder does the same for both versions"
_SAME_WHOLE = "both versions are the same but for comments"

Values = Callable[[Measured], Sequence[float]]


@record
class FigureRow:
    """One figure: `exact` ones are counted and have no noise.

    Only those that `counts` bear on the verdict.
    """

    key: str
    group: FigureGroup
    title: str
    unit: str
    values: Values
    exact: bool = False
    counts: bool = True


def _seconds(key: str, title: str, group: FigureGroup) -> FigureRow:
    """The time of a build."""
    return FigureRow(key, group, title, "seconds", lambda side: side.seconds(key))


def _shape(
    key: str,
    title: str,
    unit: str,
    get: Callable[[ImageShape], float],
    *,
    group: FigureGroup = FigureGroup.SIZE,
    counts: bool = True,
) -> FigureRow:
    """A number of the image."""

    def values(measured: Measured) -> Sequence[float]:
        if measured.shape is None:
            return ()
        return (get(measured.shape),)

    return FigureRow(key, group, title, unit, values, exact=True, counts=counts)


def _run(
    key: str,
    title: str,
    unit: str,
    get: Callable[[Ran], float | None],
) -> FigureRow:
    """A number of each run of a container."""

    def values(measured: Measured) -> Sequence[float]:
        numbers = map(get, measured.runs)
        return [number for number in numbers if number is not None]

    return FigureRow(key, FigureGroup.RUN, title, unit, values)


def _context(
    key: str,
    title: str,
    unit: str,
    values: Values,
    counts: bool,
) -> FigureRow:
    group = FigureGroup.CONTEXT
    return FigureRow(key, group, title, unit, values, exact=True, counts=counts)


_SECURITY = FigureGroup.SECURITY
ROWS = (
    *(_seconds(key, title, group) for key, (title, group) in SCENARIOS.items()),
    _context("context-bytes", "build context", "bytes", lambda side: (side.context_bytes,), True),
    _context("context-files", "files in it", "count", lambda side: (side.context_files,), False),
    _shape("content", "content", "bytes", lambda shape: shape.content),
    _shape("size", "layers", "bytes", lambda shape: shape.size, counts=False),
    _shape("compressed", "compressed", "bytes", lambda shape: shape.compressed, counts=False),
    _shape("waste", "waste", "bytes", lambda shape: shape.waste),
    _shape("packages", "packages", "count", lambda shape: len(shape.packages), counts=False),
    _shape("files", "files", "count", lambda shape: shape.files, counts=False),
    _shape("layers", "layers", "count", lambda shape: len(shape.layers), counts=False),
    _run("start", "start to the first answer", "seconds", lambda run: run.start),
    _run("stop", "stop", "seconds", lambda run: run.stop),
    _run("memory", "memory at rest", "bytes", lambda run: run.memory),
    _shape("setuid", "setuid programs", "count", lambda shape: shape.setuid, group=_SECURITY),
    _shape("secrets", "secrets in layers", "count", lambda shape: shape.secrets, group=_SECURITY),
    _shape(
        "writable", "paths that it may write", "count", lambda shape: shape.writable,
        group=_SECURITY, counts=False,
    ),
)  # fmt: skip
_OPTIONAL = frozenset(("compressed",))  # left out where it was not measured
COUNTING = frozenset(row.key for row in ROWS if row.counts)


def figures(before: Measured, after: Measured) -> Iterator[Figure]:
    """The figures that were measured on at least one side."""
    for row in ROWS:
        old = tuple(map(float, row.values(before)))
        new = tuple(map(float, row.values(after)))
        both = (*old, *new)
        is_left_out = row.key in _OPTIONAL and not any(both)
        if both and not is_left_out:
            figure = _figure(row, old, new)
            yield _without_noise(row, figure, before.work, after.work)


def _figure(
    row: FigureRow,
    before: tuple[float, ...],
    after: tuple[float, ...],
) -> Figure:
    figure = Figure(row.key, row.group, row.title, row.unit, before, after, Effect.SAME)
    if not before or not after:
        return replace(figure, change=Effect.UNKNOWN)

    old = median(before)
    new = median(after)
    effect = Effect.BETTER if new < old else Effect.WORSE
    if row.exact:
        differs = _is_exact_difference(row, old, new)
        return replace(figure, change=effect) if differs else figure

    ratio = compare(before, after)
    if ratio is None:
        return figure
    figure = replace(figure, low=ratio.low, high=ratio.high)
    single = min(len(before), len(after)) == 1
    if ratio.differs and _is_noticed(row, old, new, single=single):
        return replace(figure, change=effect)
    return figure


def _without_noise(
    row: FigureRow,
    figure: Figure,
    before: VersionWork,
    after: VersionWork,
) -> Figure:
    """A figure, which is the same where both versions do the same: what else it says is noise."""
    if row.exact or figure.change is Effect.UNKNOWN:
        return figure
    is_build = row.group in _BUILDING and row.key != "commits"
    if is_build and before.build and before.build == after.build:
        return replace(figure, change=Effect.SAME, note=_SAME_BUILD)
    if before.whole and before.whole == after.whole:
        return replace(figure, change=Effect.SAME, note=_SAME_WHOLE)
    return figure


def _is_exact_difference(row: FigureRow, old: float, new: float) -> bool:
    if row.unit != "bytes":
        return old != new
    difference = abs(new - old)
    if row.key == "waste":  # a share of what is waste says nothing
        return difference >= _LEAST_BYTES

    share = max(old, new) * _LEAST_SHARE
    least = max(share, _LEAST_BYTES / 10)
    return difference >= min(least, _LEAST_BYTES)


def _is_noticed(row: FigureRow, old: float, new: float, *, single: bool) -> bool:
    """Whether a person would notice.

    A tenth of a second more for a build is too little; with one round, even a whole second is.
    """
    difference = abs(new - old)
    return difference >= _least(row, old, new, single=single)


def _least(row: FigureRow, old: float, new: float, *, single: bool) -> float:
    if row.unit != "seconds":
        return max(old, new) * _LEAST_MEMORY
    if single and row.group in _BUILDING:
        return _LEAST_OF_ONE
    return _LEAST_OF_RUNS.get(row.key, _LEAST_SECONDS)
