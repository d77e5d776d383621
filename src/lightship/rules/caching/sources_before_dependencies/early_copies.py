"""Copies of sources that stand before an install of dependencies, in its stage or in one that it starts from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import field
from operator import itemgetter

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.copies.deliveries import Delivery, delivery
from lightship.facts.installs.dependencies import Install, installs
from lightship.record import record

_NEVER = 1 << 60
_DEEPEST = 100  # stages on stages: what is installed below that is forgotten
_MOST = (
    100  # copies: a stage that starts from one with more of them is judged for itself
)


@record
class EarlyCopy:
    """`taken` brings sources; `run`, in `stage`, installs dependencies behind it, with `installs`.

    `behind` is how many other copies of sources stand between: copies keep their order, so the last is moved first.
    """

    build: Build
    stage: Stage
    taken: Delivery
    run: Instruction
    installs: tuple[Install, ...]
    behind: int
    _deliveries: list[Delivery]
    _count: int

    @property
    def copy(self) -> Instruction:
        return self.taken.copying.instruction

    @property
    def others(self) -> tuple[Delivery, ...]:
        """What else of the build context the stage takes before the RUN."""
        return tuple(
            other
            for other in self._deliveries[: self._count]
            if other is not self.taken
        )


@record(eq=False, frozen=False)
class _Copies:
    """What a stage has taken from the build context, and which of it brings sources that no install has met yet."""

    taken: list[Delivery] = field(default_factory=list)
    waiting: list[tuple[int, Delivery]] = field(
        default_factory=list
    )  # each with its place in `taken`, from 1


@record(eq=False, frozen=False)
class _Done:
    """When the stage, or one that it starts from, first installed something: a count of the copies before it."""

    below: _Done | None = None
    tools: dict[tuple[bool, str], int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)

    def note(self, install: Install, moment: int) -> None:
        self.tools.setdefault((install.is_node, install.tool), moment)
        for path in install.files:
            self.files.setdefault(path, moment)

    def since(self, install: Install) -> int:
        """Copies from that moment on do not matter to the install: its work was done before them.

        The project itself has no dependencies left where anything of its kind was installed; neither has a tool where
        another one did its work. Requirements must all have been there by name.
        """
        at, node, depth = _NEVER, install.is_node, 0
        level: _Done | None = self
        missing = set(install.files)
        while level is not None and depth < _DEEPEST:
            own = level is self
            for (is_node, tool), moment in level.tools.items():
                if is_node == node and (
                    install.whole or install.project or tool != install.tool
                ):
                    at = min(at, moment if own else 0)
            if not own:
                missing -= level.files.keys()
            level, depth = level.below, depth + 1
        if install.files and not (install.whole or install.project):
            at = min(
                at, max((self.files.get(path, _NEVER) for path in missing), default=0)
            )
        return at


def early_copies(build: Build) -> Iterator[EarlyCopy]:
    """Each with the first RUN behind it whose work was not done before it."""
    by_run: dict[Instruction, list[Install]] = {}
    for install in installs(build):
        by_run.setdefault(install.instruction, []).append(install)
    if not by_run:
        return
    taken = {}
    for copying in build.copyings():
        found = delivery(copying)
        if found is not None:
            taken[copying.instruction] = found
    done: list[_Done] = []
    copies: list[_Copies] = []
    said: set[Instruction] = (
        set()
    )  # two stages may start from the one that has the copy
    for stage in build.dockerfile.stages:
        base = build.evaluation.graph.bases[stage.index]
        done.append(_Done(done[base.index] if base is not None else None))
        below = copies[base.index] if base is not None else _Copies()
        few = len(below.taken) <= _MOST
        copies.append(
            _Copies(below.taken.copy(), below.waiting.copy()) if few else _Copies()
        )
        for early in _in_stage(build, stage, taken, by_run, done[-1], copies[-1]):
            if early.copy not in said:
                said.add(early.copy)
                yield early


def _in_stage(
    build: Build,
    stage: Stage,
    taken: dict[Instruction, Delivery],
    by_run: dict[Instruction, list[Install]],
    done: _Done,
    copies: _Copies,
) -> Iterator[EarlyCopy]:
    before, waiting = copies.taken, copies.waiting
    for item in stage.instructions:
        if item in taken:
            before.append(taken[item])
            if taken[item].has_sources(build.context):
                waiting.append((len(before), taken[item]))
        elif item in by_run:
            found = tuple(by_run[item])
            late = max(done.since(install) for install in found)
            early = [
                each
                for _, each in waiting[: bisect_right(waiting, late, key=itemgetter(0))]
            ]
            del waiting[: len(early)]
            for number, each in enumerate(early):
                behind = len(early) - number - 1
                yield EarlyCopy(
                    build, stage, each, item, found, behind, before, len(before)
                )
            for install in found:
                done.note(install, len(before))
