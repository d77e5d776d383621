"""`ExplainedRun`: what became of each step of a build that was, and why."""

from __future__ import annotations

from enum import StrEnum

from lightship.cache.explain.explanation import Reason, StepResult
from lightship.cache.records.build_record import BuildRecord
from lightship.record import record


class Happened(StrEnum):
    """What became of a step in a build that was."""

    HIT = "hit"
    RAN = "ran"
    FAILED = "failed"
    UNUSED = "unused"  # neither looked up to its end nor run: nothing needed it


class WhyRan(StrEnum):
    """Where the reason for a run comes from; NONE for a step that did not run."""

    NONE = "none"
    CHANGE = "change"  # what the change between the two commits predicts
    BEFORE = "before"  # a step before it ran, which the change does not explain
    ASKED = "asked"  # no-cache
    EMPTY = "empty"  # nothing was imported, and no step was a hit
    IMPORT = "import"  # the cache could not be read
    BASE = "base"  # the base image moved
    NEEDED = "needed"  # only its key was kept, and a step that uses it had to run
    GONE = "gone"  # predicted a hit, and the record does not show why it was none


@record
class RunStep:
    """One step of a build that was.

    `predicted` is what the change between the commits says of it, `reason` why it was run, or a hit
    though it was predicted to run. `seconds` is None where it did not run to its end, `pulled` how
    many seconds the layers of a hit were pulled and unpacked.
    """

    predicted: StepResult
    happened: Happened
    why: WhyRan
    reason: Reason
    seconds: float | None = None
    pulled: float = 0.0


@record(eq=False)
class ExplainedRun:
    """A build that was, step by step.

    `seconds` is how long the steps took that ran, stages side by side; `unexplained_seconds` those
    alone that the change does not explain. None without times. `notes` say what is not known.
    `dockerfile`, `before` and `after` are its path, and the commits that are compared.
    """

    record: BuildRecord
    steps: tuple[RunStep, ...]
    seconds: float | None = None
    unexplained_seconds: float | None = None
    notes: tuple[str, ...] = ()
    dockerfile: str = ""
    before: str = ""
    after: str = ""

    @property
    def ran(self) -> tuple[RunStep, ...]:
        """The steps that ran, or failed while they did."""
        happened = (Happened.RAN, Happened.FAILED)
        return tuple(step for step in self.steps if step.happened in happened)

    @property
    def unexplained(self) -> tuple[RunStep, ...]:
        """The steps that ran though the change leaves them as they were."""
        return tuple(step for step in self.ran if step.why is not WhyRan.CHANGE)
