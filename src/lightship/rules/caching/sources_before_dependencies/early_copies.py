"""Copies of sources above an install of dependencies, in its stage or in the stages below it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import field
from operator import itemgetter

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying
from lightship.facts.copies.deliveries import Delivery, delivery
from lightship.facts.copies.stage_copies import StageCopy, stage_copies
from lightship.facts.installs.dependencies import Install, installs
from lightship.facts.stages.built_stages import built_indices
from lightship.record import record

_NEVER = 1 << 60
# Stages that start from one another; what was installed further down is forgotten
_DEEPEST = 100
# Copies of a stage; one that starts from a stage with more of them is judged for itself
_MOST_COPIES = 100
# Directories of installed packages
_ENVIRONMENTS = frozenset(
    {
        ".venv",
        "venv",
        ".local",
        "site-packages",
        "dist-packages",
        "node_modules",
        "__pypackages__",
    }
)
# Where pip and conda install beside other programs
_PREFIXES = frozenset({"/usr/local", "/usr/local/lib", "/opt/conda"})


@record
class EarlyCopy:
    """A copy that brings sources, `delivery`, and the RUN after it in `stage` that does `installs`.

    `behind` is how many other copies of sources are between the two: copies keep their order, so
    the last one is moved first.
    """

    build: Build
    stage: Stage
    delivery: Delivery
    run: Instruction
    installs: tuple[Install, ...]
    behind: int
    _deliveries: list[Delivery]
    _count: int

    @property
    def copy(self) -> Instruction:
        return self.delivery.copying.instruction

    @property
    def others(self) -> tuple[Delivery, ...]:
        """What else the stage copies from the build context before the RUN."""
        before_run = self._deliveries[: self._count]
        return tuple(item for item in before_run if item is not self.delivery)


@record(eq=False, frozen=False)
class _Copies:
    """What a stage has copied from the build context so far.

    `waiting` are the copies that bring sources and that no install has met yet, each with its
    number in `deliveries`, from 1.
    """

    deliveries: list[Delivery] = field(default_factory=list)
    waiting: list[tuple[int, Delivery]] = field(default_factory=list)


@record(eq=False, frozen=False)
class _Done:
    """When the stage, or one that it starts from, first installed something.

    A moment is the number of copies before it.
    """

    below: _Done | None = None
    tools: dict[tuple[bool, str], int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)

    def note(self, install: Install, moment: int) -> None:
        self.tools.setdefault((install.is_node, install.tool), moment)
        for path in install.files:
            self.files.setdefault(path, moment)

    def since(self, install: Install) -> int:
        """Copies from this moment on do not matter to the install: its work was done before them.

        The project itself has no dependencies left where anything of its kind was installed, and
        neither has a tool where another one did its work. Requirements must all have been there by
        name.
        """
        moment = _NEVER
        missing = set(install.files)
        level: _Done | None = self
        depth = 0
        while level is not None and depth < _DEEPEST:
            own = level is self
            for kind, first in level.tools.items():
                if _does_the_work(kind, install):
                    moment = min(moment, first if own else 0)
            if not own:
                missing -= level.files.keys()
            level, depth = level.below, depth + 1

        if install.files and not (install.whole or install.project):
            moments = [self.files.get(path, _NEVER) for path in missing]
            moment = min(moment, max(moments, default=0))
        return moment


def _does_the_work(kind: tuple[bool, str], install: Install) -> bool:
    """Whether an install by that tool, of Node or not, leaves nothing to do for this one."""
    is_node, tool = kind
    if is_node != install.is_node:
        return False
    return install.whole or install.project or tool != install.tool


def early_copies(build: Build) -> Iterator[EarlyCopy]:
    """Each copy of sources with the first RUN after it whose work was not done before it.

    Only of stages that the build comes to: another target is judged as a build of its own.
    """
    by_run: dict[Instruction, list[Install]] = {}
    for install in installs(build):
        by_run.setdefault(install.instruction, []).append(install)
    if not by_run:
        return

    by_copy: dict[Instruction, Delivery] = {}
    for copying in build.copyings():
        brought = delivery(copying)
        if brought is not None and not _is_unknown(copying):
            by_copy[copying.instruction] = brought

    done: list[_Done] = []
    copies: list[_Copies] = []
    reported: set[Instruction] = set()
    built = built_indices(build)
    for stage in build.dockerfile.stages:
        base = build.base_of(stage)
        done.append(_Done(done[base.index] if base is not None else None))
        copies.append(_Copies() if base is None else _inherited(copies[base.index]))
        for early in _in_stage(build, stage, by_copy, by_run, done[-1], copies[-1]):
            # Two stages may start from the one that has the copy
            if stage.index in built and early.copy not in reported:
                reported.add(early.copy)
                yield early


def _is_environment(
    build: Build, copy: StageCopy, by_run: dict[Instruction, list[Install]]
) -> bool:
    """Whether a COPY --from brings installed packages: `.venv`, `/root/.local`, `/usr/local`."""
    if not _ENVIRONMENTS.isdisjoint(copy.source.split("/")):
        return True
    if copy.source not in _PREFIXES:
        return False
    stages = build.lineage_of(copy.origin)
    return any(item in by_run for stage in stages for item in stage.instructions)


def _is_unknown(copying: Copying) -> bool:
    """Whether a source is a variable without a value, which a build arg gives: it may be one file,
    and not the whole context.
    """
    return any("$" in source.word.text and not source.value for source in copying.local)


def _inherited(base: _Copies) -> _Copies:
    """What a stage has copied that starts from another one."""
    if len(base.deliveries) > _MOST_COPIES:
        return _Copies()
    return _Copies(base.deliveries.copy(), base.waiting.copy())


def _in_stage(
    build: Build,
    stage: Stage,
    by_copy: dict[Instruction, Delivery],
    by_run: dict[Instruction, list[Install]],
    done: _Done,
    copies: _Copies,
) -> Iterator[EarlyCopy]:
    before, waiting = copies.deliveries, copies.waiting
    brought_in = {
        copy.copying.instruction
        for copy in stage_copies(build)
        if _is_environment(build, copy, by_run)
    }
    for item in stage.instructions:
        if item in brought_in:
            # Another stage has installed what is left to do but for the project itself
            done.tools[False, "COPY"] = done.tools[True, "COPY"] = 0
        if item in by_copy:
            brought = by_copy[item]
            before.append(brought)
            if brought.has_sources(build.context):
                waiting.append((len(before), brought))
        elif item in by_run:
            run_installs = tuple(by_run[item])
            since = max(done.since(install) for install in run_installs)
            end = bisect_right(waiting, since, key=itemgetter(0))
            for number, (_, early) in enumerate(waiting[:end], 1):
                yield EarlyCopy(
                    build,
                    stage,
                    early,
                    item,
                    run_installs,
                    end - number,
                    before,
                    len(before),
                )

            del waiting[:end]
            for install in run_installs:
                done.note(install, len(before))
