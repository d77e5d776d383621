"""`ExplainedChange`: two builds explained, what they are called, and the limits of the rebuild."""

from __future__ import annotations

from lightship.cache.explain.explanation import Explanation
from lightship.outcome import Outcome
from lightship.record import record


@record(eq=False)
class ExplainedChange:
    """What formats show of two builds.

    `dockerfile` is its path from the root of the repository, or as the user named it; empty where
    nothing is known of it, as are `before` and `after`, which name the two builds. `outcomes` are
    those of the limits that were set.
    """

    explanation: Explanation
    dockerfile: str = ""
    before: str = ""
    after: str = ""
    outcomes: tuple[Outcome, ...] = ()

    @property
    def broken(self) -> tuple[Outcome, ...]:
        """The limits that it does not keep."""
        return tuple(outcome for outcome in self.outcomes if not outcome.passed)
