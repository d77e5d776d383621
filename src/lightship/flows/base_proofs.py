"""`lightship base --prove`: the project built and run on the first of the other images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice

from lightship.bases.base_report import Alternative, Fit, FoundBase
from lightship.bases.find_bases import text_on
from lightship.bases.proven_move import ProvenMove
from lightship.build import Build
from lightship.errors import UsageError
from lightship.flows.judged_builds import ReadBuild
from lightship.flows.proof.build_trial import BuildTrial, open_trial
from lightship.flows.proof.requests import ProveOptions
from lightship.flows.tell import Tell
from lightship.proof.judging import MeasuredChange
from lightship.proof.measured import Measured
from lightship.proof.proof import VerdictKind
from lightship.record import record

_MOST_REASONS = 4
_FETCHES_BASE = "[internal] load metadata"  # as BuildKit calls the step
# The best first
_RANKS = (
    VerdictKind.BETTER,
    VerdictKind.MIXED,
    VerdictKind.SAME,
    VerdictKind.WORSE,
    VerdictKind.UNKNOWN,
    VerdictKind.BROKEN,
)


@record
class BaseProving:
    """How builds are run on other images, and how many others of each base."""

    options: ProveOptions
    others: int
    tell: Tell


def proven_bases(
    path: str, read: ReadBuild, bases: Sequence[FoundBase], proving: BaseProving
) -> tuple[FoundBase, ...]:
    """The bases with the others that were built and run, these first, the best verdict first.

    Nothing is written into the project. A UsageError where there is no build context, an
    EngineError where no engine is.
    """
    if read.root is None or read.inline is not None:
        raise UsageError(
            f"{path}: --prove builds the image: name a Dockerfile and its build context"
        )
    if not any(_wanted(base, proving.others) for base in bases):
        return tuple(bases)
    with ExitStack() as stack:
        trial = open_trial(
            path, read, "on another base", proving.options, stack, proving.tell
        )
        return tuple(_proven(read.build, base, trial, proving) for base in bases)


def _wanted(base: FoundBase, others: int) -> list[Alternative]:
    """The others that are tried: what surely fails is not built."""
    usable = (item for item in base.alternatives if item.fit is not Fit.FAILS)
    return list(islice(usable, others))


def _proven(
    build: Build, base: FoundBase, trial: BuildTrial, proving: BaseProving
) -> FoundBase:
    proven: list[Alternative] = []
    for item in _wanted(base, proving.others):
        text = text_on(build, base, item)
        proving.tell(f"building it on {item.name}")
        change = trial.compared(text, {})
        if change is None:
            note = f"it does not build as it is: {trial.failure}"
            return replace(base, notes=(*base.notes, note))
        proven.append(replace(item, proof=_move(change)))
    proven.sort(key=_order)
    tried = {item.name for item in proven}
    others = [item for item in base.alternatives if item.name not in tried]
    notes = (*base.notes, *_silence(trial))
    return replace(base, notes=notes, alternatives=(*proven, *others))


def _silence(trial: BuildTrial) -> Iterator[str]:
    if trial.silence:
        yield f"it does not start here as it is, so only builds were compared: {trial.silence}"
        yield from trial.notes


def _order(item: Alternative) -> tuple[int, int]:
    assert item.proof is not None
    return item.proof.rank, item.proof.size


def _move(change: MeasuredChange) -> ProvenMove:
    verdict = change.verdict
    # What no registry gives says nothing of the project
    if change.after.build_error.lstrip().startswith(_FETCHES_BASE):
        reasons = ("the engine cannot get it", *verdict.reasons[:1])
        unknown = VerdictKind.UNKNOWN
        return ProvenMove(unknown.value, _RANKS.index(unknown), reasons)
    size = _size(change.after)
    return ProvenMove(
        verdict=verdict.kind.value,
        rank=_RANKS.index(verdict.kind),
        reasons=tuple(verdict.reasons[:_MOST_REASONS]),
        size=size,
        before=_size(change.before) if size else 0,
        start=_start(change.after),
        is_broken=verdict.kind is VerdictKind.BROKEN,
    )


def _size(measured: Measured) -> int:
    return measured.shape.size if measured.shape is not None else 0


def _start(measured: Measured) -> float | None:
    """The seconds of its last run to the first answer."""
    starts = [run.started for run in measured.runs if run.started is not None]
    return starts[-1] if starts else None
