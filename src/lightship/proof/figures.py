"""Every figure of a proof: what is compared, in which unit, and from which difference on it is called one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import median

from lightship.proof.proof import Effect, Figure, FigureGroup, ImageShape, Measured, Ran
from lightship.proof.statistics import compare
from lightship.record import record

SCENARIOS = {
    "cold": ("build with nothing in the cache", FigureGroup.BUILD),
    "nothing": ("rebuild when nothing changed", FigureGroup.REBUILD),
    "edit": ("rebuild after a code edit", FigureGroup.REBUILD),
    "dependency": ("rebuild after a dependency edit", FigureGroup.REBUILD),
    "commits": ("rebuild of each commit", FigureGroup.REBUILD),
}
_LEAST_SECONDS = (
    0.15  # a difference of less is none: starting docker's client alone varies so much
)
_LEAST_OF_RUNS = {
    "start": 0.25,
    "stop": 0.5,
}  # the same for what the engine needs for a container, on a busy machine
_LEAST_OF_ONE = 1.0  # of builds that were made once: a busy machine adds as much
_LEAST_BYTES, _LEAST_SHARE = (
    1_000_000,
    0.005,
)  # of exact sizes: an account or a page of text is no difference
_LEAST_MEMORY = 0.1

Values = Callable[[Measured], Sequence[float]]


@record
class FigureRow:
    """One figure: `exact` ones are counted and have no noise; only those that `counts` bear on the verdict."""

    key: str
    group: FigureGroup
    title: str
    unit: str
    values: Values
    exact: bool = False
    counts: bool = True


def _of_shape(get: Callable[[ImageShape], float]) -> Values:
    return lambda measured: (get(measured.shape),) if measured.shape is not None else ()


def _of_runs(get: Callable[[Ran], float | None]) -> Values:
    return lambda measured: tuple(
        value for ran in measured.runs if (value := get(ran)) is not None
    )


def _of_builds(scenario: str) -> Values:
    return lambda measured: measured.seconds(scenario)


ROWS = (
    *(
        FigureRow(key, group, title, "seconds", _of_builds(key))
        for key, (title, group) in SCENARIOS.items()
    ),
    FigureRow(
        "context-bytes",
        FigureGroup.CONTEXT,
        "build context",
        "bytes",
        lambda m: (m.context_bytes,),
        exact=True,
    ),
    FigureRow(
        "context-files",
        FigureGroup.CONTEXT,
        "files in it",
        "count",
        lambda m: (m.context_files,),
        exact=True,
        counts=False,
    ),
    FigureRow(
        "content",
        FigureGroup.SIZE,
        "content",
        "bytes",
        _of_shape(lambda s: s.content),
        exact=True,
    ),
    FigureRow(
        "size",
        FigureGroup.SIZE,
        "layers",
        "bytes",
        _of_shape(lambda s: s.size),
        exact=True,
        counts=False,
    ),
    FigureRow(
        "compressed",
        FigureGroup.SIZE,
        "compressed",
        "bytes",
        _of_shape(lambda s: s.compressed),
        exact=True,
        counts=False,
    ),
    FigureRow(
        "waste",
        FigureGroup.SIZE,
        "waste",
        "bytes",
        _of_shape(lambda s: s.waste),
        exact=True,
    ),
    FigureRow(
        "packages",
        FigureGroup.SIZE,
        "packages",
        "count",
        _of_shape(lambda s: len(s.packages)),
        exact=True,
        counts=False,
    ),
    FigureRow(
        "files",
        FigureGroup.SIZE,
        "files",
        "count",
        _of_shape(lambda s: s.files),
        exact=True,
        counts=False,
    ),
    FigureRow(
        "layers",
        FigureGroup.SIZE,
        "layers",
        "count",
        _of_shape(lambda s: len(s.layers)),
        exact=True,
        counts=False,
    ),
    FigureRow(
        "start",
        FigureGroup.RUN,
        "start to the first answer",
        "seconds",
        _of_runs(lambda r: r.start),
    ),
    FigureRow("stop", FigureGroup.RUN, "stop", "seconds", _of_runs(lambda r: r.stop)),
    FigureRow(
        "memory",
        FigureGroup.RUN,
        "memory at rest",
        "bytes",
        _of_runs(lambda r: r.memory),
    ),
    FigureRow(
        "setuid",
        FigureGroup.SECURITY,
        "setuid programs",
        "count",
        _of_shape(lambda s: s.setuid),
        exact=True,
    ),
    FigureRow(
        "secrets",
        FigureGroup.SECURITY,
        "secrets in layers",
        "count",
        _of_shape(lambda s: s.secrets),
        exact=True,
    ),
    FigureRow(
        "writable",
        FigureGroup.SECURITY,
        "paths that it may write",
        "count",
        _of_shape(lambda s: s.writable),
        exact=True,
        counts=False,
    ),
)
_OPTIONAL = frozenset(("compressed",))  # left out where it was not measured
COUNTING = frozenset(row.key for row in ROWS if row.counts)


def figures(before: Measured, after: Measured) -> Iterator[Figure]:
    """The figures that were measured on at least one side."""
    for row in ROWS:
        one, other = (
            tuple(map(float, row.values(before))),
            tuple(map(float, row.values(after))),
        )
        if (one or other) and not (row.key in _OPTIONAL and not any((*one, *other))):
            yield _figure(row, one, other)


def _figure(
    row: FigureRow, before: tuple[float, ...], after: tuple[float, ...]
) -> Figure:
    if not before or not after:
        return Figure(
            row.key, row.group, row.title, row.unit, before, after, Effect.UNKNOWN
        )
    one, other = median(before), median(after)
    better = Effect.BETTER if other < one else Effect.WORSE
    if row.exact:
        change = better if _is_exact_difference(row, one, other) else Effect.SAME
        return Figure(row.key, row.group, row.title, row.unit, before, after, change)
    ratio = compare(before, after)
    if ratio is None:
        return Figure(
            row.key, row.group, row.title, row.unit, before, after, Effect.SAME
        )
    differs = ratio.differs and _is_noticed(
        row, one, other, single=min(len(before), len(after)) == 1
    )
    change = better if differs else Effect.SAME
    return Figure(
        row.key,
        row.group,
        row.title,
        row.unit,
        before,
        after,
        change,
        ratio.low,
        ratio.high,
    )


def _is_exact_difference(row: FigureRow, one: float, other: float) -> bool:
    if row.unit != "bytes":
        return one != other
    if row.key == "waste":  # a share of what is waste says nothing
        return abs(other - one) >= _LEAST_BYTES
    return abs(other - one) >= min(
        _LEAST_BYTES, max(max(one, other) * _LEAST_SHARE, _LEAST_BYTES / 10)
    )


def _is_noticed(row: FigureRow, one: float, other: float, *, single: bool) -> bool:
    """Whether a person would notice: a tenth of a second more for a build is none; of one round not even a second."""
    if (
        row.unit == "seconds"
        and single
        and row.group in (FigureGroup.BUILD, FigureGroup.REBUILD)
    ):
        return abs(other - one) >= _LEAST_OF_ONE
    if row.unit == "seconds":
        return abs(other - one) >= _LEAST_OF_RUNS.get(row.key, _LEAST_SECONDS)
    return abs(other - one) >= max(one, other) * _LEAST_MEMORY
