"""`CiReplay`: a history as CI sees it, under one setting of its caches and under others."""

from __future__ import annotations

from lightship.cache.remote.replayed_run import EventKind
from lightship.cache.times.build_time import Times
from lightship.record import record


@record
class MissReason:
    """Why a step was run, and in how many runs."""

    text: str
    runs: int


@record
class StepShare:
    """One step over the runs of a kind: in how many it was a hit, in how many its layers were
    fetched, and why it was run in the others, the most frequent first.
    """

    hits: int
    pulled: int
    reasons: tuple[MissReason, ...]


@record
class KindResult:
    """The runs for one kind of event.

    `seconds` is the sum over all runs along each one's critical path, None without times; `bytes`
    that of the layers that were fetched, None where their sizes are not known. `failed` are runs
    whose build fails, which have no steps. `empty` are those that found no cache to read. `unsure`
    are hits that BuildKit finds at some times only, of all steps and runs.
    """

    kind: EventKind
    runs: int
    steps: tuple[StepShare, ...]
    rebuilt: int
    seconds: float | None
    pulled: int
    bytes: int | None
    failed: int
    empty: int
    unsure: int

    @property
    def built(self) -> int:
        return self.runs - self.failed


@record
class SettingResult:
    """All runs under one setting.

    `options` are those that read a cache, `reads` of them, then those that write one. `layers` is
    how many results its largest cache holds.
    """

    name: str
    options: tuple[str, ...]
    reads: int
    kinds: tuple[KindResult, ...]
    layers: int

    @property
    def runs(self) -> int:
        return sum(kind.runs for kind in self.kinds)

    @property
    def built(self) -> int:
        """Runs whose build does not fail; all figures but `runs` are theirs."""
        return sum(kind.built for kind in self.kinds)

    @property
    def rebuilt(self) -> int:
        return sum(kind.rebuilt for kind in self.kinds)

    @property
    def unsure(self) -> int:
        return sum(kind.unsure for kind in self.kinds)

    @property
    def pulled(self) -> int:
        return sum(kind.pulled for kind in self.kinds)

    @property
    def bytes(self) -> int | None:
        known = [kind.bytes for kind in self.kinds if kind.bytes is not None]
        return sum(known) if len(known) == len(self.kinds) and known else None

    @property
    def seconds(self) -> float | None:
        known = [kind.seconds for kind in self.kinds if kind.seconds is not None]
        return sum(known) if len(known) == len(self.kinds) and known else None


@record
class CiStepName:
    """A step, as reports name it."""

    stage: str
    line: int
    instruction: str
    seconds: float | None


@record
class CiReplay:
    """A history as CI sees it: `written` is the setting as it is, `others` are those beside it.

    `where` says where the setting is written; `best` is the place of the best of the others in
    `others`, None where none is better. `seconds_per_build` is a build without any cache.
    """

    dockerfile: str
    where: str
    steps: tuple[CiStepName, ...]
    written: SettingResult
    others: tuple[SettingResult, ...]
    best: int | None
    days: float
    commits: int
    seconds_per_build: float | None = None
    times: Times | None = None
    notes: tuple[str, ...] = ()
