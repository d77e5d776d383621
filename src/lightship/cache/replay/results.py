"""`Replay`: a history, replayed: what became of each step in each commit, and what it cost."""

from __future__ import annotations

from enum import StrEnum

from lightship.cache.causes import Cause
from lightship.cache.replay.past import Commit
from lightship.cache.times.build_time import Times
from lightship.record import record


class Fate(StrEnum):
    """What became of a step in one commit's build; one character each, for strips."""

    HIT = "."
    MISS = "#"
    FAILED = "!"  # the build fails here
    SKIPPED = "-"  # the build failed before it
    ABSENT = " "  # there is no such step in that commit's Dockerfile


@record
class RankedReason:
    """A reason for rebuilds of a step.

    `commits` is how many it is in, `paths` the files that were most often in it.
    """

    cause: Cause
    text: str
    commits: int
    paths: tuple[str, ...] = ()


@record
class StepHistory:
    """One step over all commits.

    `fates` has a Fate's character for each commit, oldest first; `rebuilt` counts misses.

    `seconds` is what one run takes, None without times.
    """

    stage: str
    line: int
    instruction: str
    rebuilt: int
    fates: str
    reasons: tuple[RankedReason, ...]
    seconds: float | None = None


@record
class CommitResult:
    """One commit's build: `missed` are indices of `Replay.steps`.

    `needless`: something was rebuilt, and only files had changed that no image needs. `seconds`
    along the critical path; `failed` says why the build fails. `causes` are why each of `missed`
    was, in words and in their order; empty where that was not kept.
    """

    commit: Commit
    missed: tuple[int, ...]
    changed: int
    sent: int
    needless: bool = False
    seconds: float | None = None
    failed: str = ""
    causes: tuple[str, ...] = ()


@record
class CostlyFile:
    """A file and the rebuilds that it had a part in: commits that changed it and rebuilt
    something, steps, seconds.
    """

    path: str
    commits: int
    steps: int
    seconds: float | None = None


@record
class Replay:
    """A history, replayed: steps in build order, commits oldest first, files by cost.

    `seconds` is the sum over all commits, along each one's critical path. `days` is the time
    between first and last.
    """

    steps: tuple[StepHistory, ...]
    commits: tuple[CommitResult, ...]
    files: tuple[CostlyFile, ...]
    notes: tuple[str, ...] = ()
    times: Times | None = None
    seconds: float | None = None
    seconds_per_build: float | None = None  # a whole build, with nothing in the cache
    days: float = 0.0
    dockerfile: str = "Dockerfile"
    historic: bool = False
