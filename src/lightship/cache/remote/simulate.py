"""The builds of a history under one setting of caches, run by run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import count

from lightship.cache.remote.ci_results import (
    KindResult,
    MissReason,
    SettingResult,
    StepShare,
)
from lightship.cache.remote.export import exported, kept_on
from lightship.cache.remote.exported import ExportedCache, Mode
from lightship.cache.remote.keyed_runs import KeyedRuns
from lightship.cache.remote.lookup import Found, look_up
from lightship.cache.remote.replayed_run import EventKind, ReplayedRun
from lightship.cache.remote.setting import Address, CacheSetting, RunCaches, caches_of
from lightship.cache.remote.store import Store
from lightship.cache.remote.why_run import (
    EMPTY,
    EVICTED,
    IGNORED,
    NOTHING_READ,
    PUSHED_OUT,
    why_run,
)
from lightship.cache.times.build_time import Times, critical_path
from lightship.record import record

_MOST_REASONS = 3
_FOREIGN = ExportedCache()
_LOCAL: Address = ("builder",)
Selects = Callable[[ReplayedRun], bool]


@record(eq=False, frozen=False)
class _Kind:
    """What the runs of one kind come to."""

    runs: int = 0
    failed: int = 0
    empty: int = 0
    unsure: int = 0
    rebuilt: int = 0
    pulled: int = 0
    bytes: int = 0
    seconds: float = 0.0
    hits: Counter[int] = field(default_factory=Counter)
    fetched: Counter[int] = field(default_factory=Counter)
    reasons: defaultdict[int, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )


@record(eq=False)
class _BuiltRun:
    """One build, as far as it is the same whenever the same caches are read."""

    found: Found
    caches: Sequence[ExportedCache]
    missed: frozenset[int]
    pulled: frozenset[int]
    seconds: float
    exports: dict[Mode, ExportedCache] = field(default_factory=dict)

    def export(self, mode: Mode) -> ExportedCache:
        known = self.exports.get(mode)
        if known is None:
            known = self.exports[mode] = exported(self.found, mode)
        return known


class Simulation:
    """One setting over all runs that are built.

    `selects` tells which runs build at all.
    """

    def __init__(
        self,
        keyed: KeyedRuns,
        branch: str,
        selects: Selects,
        times: Times | None = None,
        *,
        with_git: bool = False,
    ) -> None:
        self._keyed, self._branch, self._selects = keyed, branch, selects
        self._times, self._has_git = times, with_git
        self._runs = count(1)

    def result(
        self, setting: CacheSetting, name: str = "", *, overwritten: bool = False
    ) -> SettingResult:
        """All runs under a setting.

        With `overwritten` another build writes each cache after this one has, so that nothing of
        its own is left.
        """
        state = _SettingState(self._runs)
        kinds: dict[EventKind, _Kind] = {}
        for number, (run, graph) in enumerate(self._keyed.runs):
            if number and not self._selects(run):
                continue
            hashes = self._keyed.hashes[number]
            caches = caches_of(setting, run, self._branch, hashes)
            built, nothing = self._build(state, setting, caches, run, graph)
            if built is not None:
                self._write(state, setting, caches, built, run, overwritten=overwritten)
            if number:
                kind = kinds.setdefault(run.kind, _Kind())
                self._count(kind, built, nothing)

        results = [self._kind(kind, kinds[kind]) for kind in EventKind if kind in kinds]
        options = (*setting.reads, *setting.writes)
        texts = tuple(option.text for option in options)
        return SettingResult(
            name=name or setting.name,
            options=texts,
            reads=len(setting.reads),
            kinds=tuple(results),
            layers=state.most_layers,
        )

    def _build(
        self,
        state: _SettingState,
        setting: CacheSetting,
        caches: RunCaches,
        run: ReplayedRun,
        graph: int,
    ) -> tuple[_BuiltRun | None, str]:
        """One run's build, None where it fails; and why it reads no cache."""
        read, nothing = self._read(state, setting, caches, run)
        if self._keyed.graphs[graph].target is None:
            return None, nothing
        known = state.known((graph, *map(id, read)))
        if known is None:
            known = self._look_up(setting, graph, read, state.runs)
            state.keep((graph, *map(id, read)), known, setting)
        return known, nothing

    def _read(
        self,
        state: _SettingState,
        setting: CacheSetting,
        caches: RunCaches,
        run: ReplayedRun,
    ) -> tuple[list[ExportedCache], str]:
        if setting.ignores:
            return [], IGNORED
        if not setting.reads and not setting.keeps:
            return [], NOTHING_READ
        read: list[ExportedCache] = []
        tried = [*caches.reads]
        if setting.keeps:
            tried.append((_LOCAL,))
        for addresses in tried:
            cache = state.store.read(addresses, run.time)
            if cache is not None and not any(cache is other for other in read):
                read.append(cache)
        if read:
            return read, ""
        if any(map(state.store.was_pushed_out, tried)):
            return read, PUSHED_OUT
        is_gone = any(map(state.store.was_evicted, tried))
        return read, EVICTED if is_gone else EMPTY

    def _look_up(
        self,
        setting: CacheSetting,
        graph: int,
        read: Sequence[ExportedCache],
        runs: Iterator[int],
    ) -> _BuiltRun:
        found = look_up(
            self._keyed.graphs[graph],
            read,
            runs,
            ignored=setting.ignores,
            loads=setting.loads,
        )
        missed: list[int] = []
        for number, outcome in enumerate(found.of_steps()):
            if outcome.is_run:
                missed.append(number)
        nodes = found.graph.nodes
        pulled = {nodes[at].step for at in found.pulled}
        steps = found.graph.steps
        own = self._seconds()
        seconds = critical_path(frozenset(missed), steps, own) if own else 0.0
        return _BuiltRun(
            found,
            read,
            frozenset(missed),
            frozenset(number for number in pulled if number is not None),
            seconds,
        )

    def _seconds(self) -> list[float | None]:
        times = self._times
        if times is None:
            return []
        steps = self._keyed.moment.keys.plan.steps
        return [times.of_line(step.line) for step in steps]

    def _write(
        self,
        state: _SettingState,
        setting: CacheSetting,
        caches: RunCaches,
        built: _BuiltRun,
        run: ReplayedRun,
        *,
        overwritten: bool,
    ) -> None:
        for address, mode in caches.writes:
            cache = _FOREIGN if overwritten else built.export(mode)
            size = self._size(built, cache)
            state.store.write(address, cache, run.time, size)
            state.most_layers = max(state.most_layers, cache.results)
        if setting.keeps:
            before = state.store.read((_LOCAL,), run.time)
            if before is None or built.missed:
                state.store.write(_LOCAL, kept_on(before, built.found), run.time)

    def _size(self, built: _BuiltRun, cache: ExportedCache) -> int:
        """The bytes of the layers in a cache, as far as they are known."""
        sizes = self._times.bytes if self._times else {}
        if not sizes:
            return 0
        graph = built.found.graph
        total = 0
        for node in graph.nodes:
            record = cache.records.get(node.key)
            if node.step is None or record is None or record.result is None:
                continue
            line = graph.steps[node.step].line
            total += sizes.get(line, 0)
        return total

    def _count(self, kind: _Kind, built: _BuiltRun | None, nothing: str) -> None:
        kind.runs += 1
        if built is None:
            kind.failed += 1
            return
        kind.empty += bool(nothing)
        kind.unsure += len(built.found.unsure_steps)
        kind.rebuilt += len(built.missed)
        kind.pulled += len(built.pulled)
        kind.seconds += built.seconds
        sizes: Mapping[int, int] = self._times.bytes if self._times else {}
        for number, step in enumerate(built.found.graph.steps):
            kind.hits[number] += number not in built.missed
            if number in built.pulled:
                kind.fetched[number] += 1
                kind.bytes += sizes.get(step.line, 0)
        reasons = why_run(
            built.found, nothing, self._keyed.salted, with_git=self._has_git
        )
        for number, reason in reasons.items():
            kind.reasons[number][reason] += 1

    def _kind(self, name: EventKind, kind: _Kind) -> KindResult:
        steps = self._keyed.moment.keys.plan.steps
        shares: list[StepShare] = []
        for step in steps:
            most = kind.reasons[step.number].most_common(_MOST_REASONS)
            reasons = [MissReason(text, runs) for text, runs in most]
            share = StepShare(
                kind.hits[step.number], kind.fetched[step.number], tuple(reasons)
            )
            shares.append(share)
        times = self._times
        return KindResult(
            kind=name,
            runs=kind.runs,
            steps=tuple(shares),
            rebuilt=kind.rebuilt,
            seconds=kind.seconds if times else None,
            pulled=kind.pulled,
            bytes=kind.bytes if times and times.bytes else None,
            failed=kind.failed,
            empty=kind.empty,
            unsure=kind.unsure,
        )


class _SettingState:
    """The caches of a setting, and builds that would be the same again."""

    def __init__(self, runs: Iterator[int]) -> None:
        self.store = Store()
        self.runs = runs
        self.most_layers = 0
        self._known: dict[tuple[int, ...], _BuiltRun] = {}

    def known(self, of: tuple[int, ...]) -> _BuiltRun | None:
        return self._known.get(of)

    def keep(
        self, of: tuple[int, ...], built: _BuiltRun, setting: CacheSetting
    ) -> None:
        """Where nothing is run, or nothing written, the same caches lead to the same again.

        Where a RUN is run, it makes other files each time.
        """
        nodes = built.found.graph.nodes
        outcomes = built.found.outcomes
        has_run = any(
            outcome.is_run and node.runs
            for node, outcome in zip(nodes, outcomes, strict=True)
        )
        writes = bool(setting.writes) or setting.keeps
        if not has_run or not writes:
            self._known[of] = built
