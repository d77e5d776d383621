"""Every build and run of a proof, before the first: what is announced is what is done.

What is not known yet is left out: second runs where an answer differs, and further rounds.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lightship.bench.expected_times import READING, RUN, ExpectedTimes
from lightship.bench.redone_steps import redoes_the_same, redone_steps
from lightship.bench.remaining_work import PlannedWork
from lightship.bench.shared_work import is_same_build, is_same_rebuild
from lightship.bench.told_rebuilds import is_told
from lightship.bench.version import Version
from lightship.cache.keys.keys import Key
from lightship.proof.measure_plan import MeasurePlan

EDITS = ("edit", "dependency")
_Planned = tuple[str, PlannedWork]


def planned_work(
    versions: tuple[Version, Version],
    states: Sequence[Version],
    asked: MeasurePlan,
    *,
    side_by_side: bool = False,
) -> dict[str, PlannedWork]:
    """The measurements of both versions, and of the states between them, by their keys.

    Where steps run `side_by_side`, states are built from nothing.
    """
    first_build = "cold" if side_by_side else "warm"
    planned: dict[str, PlannedWork] = {}
    for version in versions:
        planned.update(_of_side(versions[0], version, asked))
    known = {version.key for version in versions}
    last = versions[0]
    for state in states:
        if state.key not in known:
            for key, work in _of_state(last, state, asked, first_build):
                planned[key] = replace(work, is_state=True)
            known.add(state.key)
        last = state
    return planned


def _of_side(
    first: Version, version: Version, asked: MeasurePlan
) -> Iterator[_Planned]:
    """All rounds of one of the two versions."""
    kinds = _with_run(_builds_of_side(first, version, asked), asked)
    for number in range(asked.runs):
        yield from _measurements(version, kinds, number)

    for number in range(len(version.commits)):
        yield from _measurements(version, ["commits"], number)
    yield from _measurements(version, [READING])


def _builds_of_side(first: Version, version: Version, asked: MeasurePlan) -> list[str]:
    """The builds of a round; what is the same for both versions is made once."""
    is_other = version is not first
    is_single = asked.runs == 1 and asked.cold
    if is_other and is_single and is_same_build(first, version):
        return ["warm"]
    first_build = "cold" if asked.cold else "warm"
    return [first_build, *rebuilds_of(version, asked)]


def _of_state(
    last: Version, state: Version, asked: MeasurePlan, first_build: str
) -> Iterator[_Planned]:
    """One round of a state, which takes what it has in common with the last from the cache."""
    kinds = ["warm"]
    if not is_same_build(last, state):
        kinds = [first_build]
        known = shared_rebuilds(last, state, asked)
        if first_build == "warm":
            known |= _told_rebuilds(state, asked)
        for kind in rebuilds_of(state, asked):
            if kind in EDITS and kind not in known:
                kinds.append(kind)

    kinds = _with_run(kinds, asked)
    kinds.append(READING)
    yield from _measurements(state, kinds)


def _with_run(kinds: Sequence[str], asked: MeasurePlan) -> list[str]:
    if asked.running is None:
        return list(kinds)
    return [*kinds, RUN]


def _measurements(
    version: Version, kinds: Iterable[str], number: int = 0
) -> Iterator[_Planned]:
    for kind in kinds:
        work = PlannedWork(version.key, kind)
        yield f"{version.key} {kind} {number}", work


def rebuilds_of(version: Version, asked: MeasurePlan) -> list[str]:
    """The rebuilds of a round that are made: not of a file that a version has not, nor twice."""
    kinds = [kind for kind in asked.scenarios if kind not in EDITS]
    for kind, path in edits_of(asked).items():
        if _has(version, path):
            kinds.append(kind)

    has_both = set(EDITS) <= set(kinds)
    if has_both and is_same_rebuild(version.side, asked.edit, asked.dependency):
        kinds.remove("dependency")
    return kinds


def edits_of(asked: MeasurePlan) -> dict[str, str]:
    """The paths of the edits that are asked for, by their kinds."""
    edits: dict[str, str] = {}
    if asked.edit:
        edits["edit"] = asked.edit
    if asked.dependency:
        edits["dependency"] = asked.dependency
    return {kind: path for kind, path in edits.items() if kind in asked.scenarios}


def is_in_a_row(version: Version) -> bool:
    """Whether no two of its steps run at the same time."""
    redone = redone_steps(version.side, {})
    return redone is not None and redone.is_in_a_row


def _has(version: Version, path: str) -> bool:
    folder = version.material.source.folder
    place = os.path.join(folder, path)
    return os.path.isfile(place)


def shared_rebuilds(last: Version, state: Version, asked: MeasurePlan) -> set[str]:
    """The edits after which a state makes a builder do the same as the one before it."""
    shared: set[str] = set()
    for kind, path in edits_of(asked).items():
        if _has(state, path) and redoes_the_same(last.side, state.side, path):
            shared.add(kind)
    return shared


def _told_rebuilds(state: Version, asked: MeasurePlan) -> set[str]:
    """The edits of a state of which the steps of earlier builds tell how long they take."""
    edits = edits_of(asked).items()
    return {kind for kind, path in edits if is_told(state.side, path)}


def expected_times(versions: Iterable[Version], asked: MeasurePlan) -> ExpectedTimes:
    """What there is to know of the times of versions, which are built in this order."""
    running = asked.running
    settle = running.settle if running is not None else 0.0
    times = ExpectedTimes(settle)

    edits = edits_of(asked)
    cache: set[Key] = set()
    for version in versions:
        redone = redone_steps(version.side, edits, cache)
        times.know(version.key, redone)
        if redone is not None:
            cache |= redone.keys
    return times
