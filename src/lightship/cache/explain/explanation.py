"""What is said of a build: `Explanation`, its steps, and why each is a hit or is rebuilt."""

from __future__ import annotations

from lightship.cache.causes import Cause
from lightship.record import record


@record
class Reason:
    """Why a step is a hit or a miss, in words.

    `paths` are the files of the context that changed, sorted. `line` is that of what it comes
    from: a variable, for PARENT the step that is the first cause, for FAILS the step itself where
    it is the one that fails; 0 where there is none.
    """

    cause: Cause
    text: str
    paths: tuple[str, ...] = ()
    line: int = 0


@record
class StepResult:
    """One step of a build, as BuildKit lists it.

    `stage` is the name of its stage, `stage-N` where it has none (N from 0, as BuildKit names it);
    `line` is the instruction's first (from 1), `instruction` its text on one line. `warnings` say
    where the engine itself may give a stale hit, or what cannot be known. `seconds` is what one
    run of it takes, None where nothing was measured. `last_line` is the last of its instruction, 0
    where that is not known, and `bodies` the text of its heredocs.
    """

    stage: str
    line: int
    instruction: str
    hit: bool
    reason: Reason
    warnings: tuple[str, ...] = ()
    seconds: float | None = None
    last_line: int = 0
    bodies: str = ""


@record
class Explanation:
    """Two builds side by side: the steps of the second, hit or missed on the cache that the
    first has filled.

    `notes` say what cannot be known, or is taken as unchanged. `seconds` is how long the missed
    steps take, stages side by side, and `seconds_of_all` a build with no cache; None without
    times.
    """

    steps: tuple[StepResult, ...]
    notes: tuple[str, ...] = ()
    seconds: float | None = None
    seconds_of_all: float | None = None
