"""The data of the layer cache: steps, why they are rebuilt, and a replayed history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from lightship.context.files import File
from lightship.record import record


class Cause(StrEnum):
    """What a step's rebuild comes from; also what a hit is told apart by."""

    SAME = "same"  # nothing that the key depends on has changed: a hit
    KNOWN = "known"  # something changed, to what was built before: a hit
    FILES = "files"  # files of the build context
    STAGE = "stage"  # what is copied or mounted from another stage
    PARENT = "parent"  # the step before it in its stage, or the stage it starts from
    INSTRUCTION = "instruction"  # the instruction itself was edited, or is new
    VARIABLE = "variable"  # ENV or ARG
    SETTING = "setting"  # working directory, user, shell, platform, network ...
    IMAGE = "image"  # the base image
    FAILS = "fails"  # the build fails at this step, or did before it


@record
class Reason:
    """Why a step is a hit or a miss, in words.

    `paths` are the files of the context that changed, sorted. `line` is that of what it comes from: a variable, or for
    PARENT the step that is the first cause; 0 where there is none.
    """

    cause: Cause
    text: str
    paths: tuple[str, ...] = ()
    line: int = 0


@record
class Step:
    """One step of a build, as BuildKit lists it.

    `stage` is the name of its stage, `stage-N` where it has none (N from 0, as BuildKit names it); `line` is the
    instruction's first (from 1), `instruction` its text on one line. `warnings` say where the engine itself may give a
    stale hit, or what cannot be known. `seconds` is what one run of it takes, None where nothing was measured.
    """

    stage: str
    line: int
    instruction: str
    hit: bool
    reason: Reason
    warnings: tuple[str, ...] = ()
    seconds: float | None = None


@record
class Explanation:
    """Two builds side by side: the steps of the second, hit or missed on the cache that the first has filled.

    `notes` say what cannot be known, or is taken as unchanged. `seconds` is how long the missed steps take, stages side
    by side, and `seconds_of_all` a build with no cache; None without times.
    """

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    seconds: float | None = None
    seconds_of_all: float | None = None


@record
class Change:
    """One path of the context that a commit added, changed or (with `file` None) removed."""

    path: str
    file: File | None
    identity: str = ""


@record
class Commit:
    """A commit: `id` in hex, `time` in seconds since 1970 UTC, the first line of its message, its number of parents."""

    id: str
    time: int
    subject: str
    parents: int = 1
    author: str = ""


@record(eq=False)
class Revision:
    """A commit and what it changed against the one before it in the walk, below the root of the build context."""

    commit: Commit
    changes: tuple[Change, ...]


class Fate(StrEnum):
    """What became of a step in one commit's build; one character each, for strips."""

    HIT = "."
    MISS = "#"
    FAILED = "!"  # the build fails here
    SKIPPED = "-"  # the build failed before it
    ABSENT = " "  # there is no such step in that commit's Dockerfile


@record
class RankedReason:
    """A reason for rebuilds of a step; `commits` is how many it is in, `paths` the files that were most often in it."""

    cause: Cause
    text: str
    commits: int
    paths: tuple[str, ...] = ()


@record
class StepHistory:
    """One step over all commits. `fates` has a Fate's character for each commit, oldest first; `rebuilt` counts misses.

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
    """One commit's build: `missed` are indices of `Replay.steps`. `needless`: something was rebuilt, and no file that

    the image's steps use by name had changed. `seconds` along the critical path; `failed` says why the build fails.
    `causes` are why each of `missed` was, in words and in their order; empty where that was not kept.
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
    """A file and the rebuilds that it had a part in: commits that changed it and rebuilt something, steps, seconds."""

    path: str
    commits: int
    steps: int
    seconds: float | None = None


@record
class Times:
    """Seconds of the steps, by line of the instruction; `source` says where from, `estimated` marks guesses."""

    seconds: Mapping[int, float]
    source: str
    estimated: bool = False


@record
class Replay:
    """A history, replayed: steps in build order, commits oldest first, files by cost.

    `seconds` is the sum over all commits, along each one's critical path. `days` is the time between first and last.
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


@record
class Advice:
    """A change of the user's files and what it would have saved: `before` and `after` are the same history, replayed.

    `files` are path (from the root of the context) to the new text. `safe`: the image is the same, by argument; else
    `caution` says what to look at. `rule` names a rule of lint whose fix it is.
    """

    title: str
    why: str
    files: Mapping[str, str]
    diff: str
    before: Replay
    after: Replay
    safe: bool
    caution: str = ""
    rule: str = ""


@record
class Advised:
    """All advice, the best first, and what all of it together brings; nothing is offered that was not replayed."""

    before: Replay
    advice: tuple[Advice, ...]
    together: Advice | None = None
    tried: int = 0
    notes: Sequence[str] = ()
