"""Every figure of a proof: what is compared, in which unit, and which difference is called one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from statistics import median

from lightship.proof.measured import ImageShape, Measured, Ran
from lightship.proof.proof import Effect, Figure, FigureGroup
from lightship.proof.statistics import apart, compare, may_yet_differ, unrest_of
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
_LEAST_OF_RUNS = {"start": 0.2, "stop": 0.5}
# Of builds that were made once: a busy machine adds as much
_LEAST_OF_ONE = 1.0
# Of exact sizes: an account or a page of text is no difference
_LEAST_BYTES, _LEAST_SHARE = 1_000_000, 0.005
_LEAST_MEMORY = 0.1

_BUILDING = (FigureGroup.BUILD, FigureGroup.REBUILD)
_SAME_BUILD = "a builder does the same for both versions"
_SAME_WHOLE = "both versions are the same but for comments"
_AT_ONCE = "both answered as soon as they could be asked"
# Of what is called a difference: where no more than that is seen, further rounds are not worth it
_NEAR_SHARE, _NEAR_RATIO = 0.7, 1.08
# What a program holds in memory does not depend on what others do
_UNREST_OF_MEMORY = 0.63

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
    get: Callable[[ImageShape], float | None],
    *,
    group: FigureGroup = FigureGroup.SIZE,
    counts: bool = True,
) -> FigureRow:
    """A number of the image; None where it is not known."""

    def values(measured: Measured) -> Sequence[float]:
        if measured.shape is None:
            return ()
        number = get(measured.shape)
        return () if number is None else (number,)

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


def _flaws(shape: ImageShape) -> int | None:
    return None if shape.flaws is None else len(shape.flaws)


def _severe_flaws(shape: ImageShape) -> int | None:
    if shape.flaws is None:
        return None
    return sum(flaw.rating in _SEVERE for flaw in shape.flaws)


_SEVERE = ("critical", "high")
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
    _run("start", "start to the first answer", "seconds", lambda run: run.started),
    _run("stop", "stop", "seconds", lambda run: run.stop),
    _run("memory", "memory at rest", "bytes", lambda run: run.memory),
    _shape("setuid", "setuid programs", "count", lambda shape: shape.setuid, group=_SECURITY),
    _shape("secrets", "secrets in layers", "count", lambda shape: shape.secrets, group=_SECURITY),
    _shape(
        "writable", "paths that it may write", "count", lambda shape: shape.writable,
        group=_SECURITY, counts=False,
    ),
    _shape(
        "vulnerabilities", "known vulnerabilities", "count", _flaws,
        group=_SECURITY, counts=False,
    ),
    _shape("severe", "severe vulnerabilities", "count", _severe_flaws, group=_SECURITY),
)  # fmt: skip
_OPTIONAL = frozenset(("compressed",))  # left out where it was not measured
COUNTING = frozenset(row.key for row in ROWS if row.counts)


def figures(before: Measured, after: Measured, looks: int = 1) -> Iterator[Figure]:
    """The figures that were measured on at least one side.

    `looks` is how often values may have been looked at before there were enough of them.
    """
    for row in ROWS:
        old = tuple(map(float, row.values(before)))
        new = tuple(map(float, row.values(after)))
        both = (*old, *new)
        if not both:
            continue
        if row.key in _OPTIONAL and not any(both):
            continue
        unrest = max(_unrest(row, before), _unrest(row, after))
        figure = _figure(row, old, new, looks, unrest)
        yield _without_noise(row, figure, before, after)


def undecided(before: Measured, after: Measured, most: int) -> Iterator[str]:
    """The keys of timed figures that further rounds, up to `most`, may show to differ.

    They are near their noise: the medians are apart by about what a person would notice, and the
    values do not tell yet whether that is chance.
    """
    rows = {row.key: row for row in ROWS}
    for figure in figures(before, after, most):
        row = rows[figure.key]
        if not _is_open(row, figure) or not _is_near(row, figure):
            continue
        if may_yet_differ(figure.before, figure.after, most):
            yield figure.key


def _is_open(row: FigureRow, figure: Figure) -> bool:
    """Whether more values could bear on the verdict."""
    if row.exact or not row.counts:
        return False
    is_same = figure.change is Effect.SAME and not figure.note
    return is_same and bool(figure.before)


def _is_near(row: FigureRow, figure: Figure) -> bool:
    old = median(figure.before)
    new = median(figure.after)
    least = _NEAR_SHARE * _least(row, old, new, single=False)
    is_apart = apart(figure.before, figure.after) >= _NEAR_RATIO
    return is_apart and abs(new - old) >= least


def _figure(
    row: FigureRow,
    before: tuple[float, ...],
    after: tuple[float, ...],
    looks: int,
    unrest: float,
) -> Figure:
    figure = Figure(row.key, row.group, row.title, row.unit, before, after, Effect.SAME)
    if not before or not after:
        return replace(figure, change=Effect.UNKNOWN)

    old = median(before)
    new = median(after)
    effect = Effect.BETTER if new < old else Effect.WORSE
    if row.exact:
        if _is_exact_difference(row, old, new):
            return replace(figure, change=effect)
        return figure

    ratio = compare(before, after, looks, unrest)
    if ratio is None:
        return figure
    figure = replace(figure, low=ratio.low, high=ratio.high)
    single = min(len(before), len(after)) == 1
    if ratio.differs and _is_noticed(row, old, new, single=single):
        return replace(figure, change=effect)
    return figure


def _unrest(row: FigureRow, measured: Measured) -> float:
    """By how many threads wanted each processor while a figure was measured, at the median."""
    if row.unit != "seconds":
        return _UNREST_OF_MEMORY
    if row.group is FigureGroup.RUN:
        crowds = [run.crowd for run in measured.runs]
    else:
        builds = [made for made in measured.builds if made.scenario == row.key]
        crowds = [made.crowd for made in builds]
    if not crowds:
        return 1.0
    return unrest_of(median(crowds))


def _without_noise(
    row: FigureRow,
    figure: Figure,
    before: Measured,
    after: Measured,
) -> Figure:
    """A figure, which is the same where both versions do the same: what else it says is noise."""
    if row.exact or figure.change is Effect.UNKNOWN:
        return figure
    is_build = row.group in _BUILDING and row.key != "commits"
    if is_build and _is_same(before.work.build, after.work.build):
        return replace(figure, change=Effect.SAME, note=_SAME_BUILD)
    if _is_same(before.work.whole, after.work.whole):
        return replace(figure, change=Effect.SAME, note=_SAME_WHOLE)
    if row.key == "start" and _is_at_once(before) and _is_at_once(after):
        return replace(figure, change=Effect.SAME, note=_AT_ONCE)
    return figure


def _is_same(before: str, after: str) -> bool:
    return bool(before) and before == after


def _is_at_once(measured: Measured) -> bool:
    """Whether its start was never seen: it took less than asking does."""
    started = [run.at_once for run in measured.runs if run.start is not None]
    return all(started)


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
