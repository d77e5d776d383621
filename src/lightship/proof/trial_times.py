"""How long the next trial of a search will take, from those before it."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum

from lightship.proof.measured import Measured

_LAST = 3  # trials that tell
_ROOM = 1.2  # the next may take somewhat longer than the longest of them


class TrialDepth(StrEnum):
    """What is measured of a version: what one build and one run tell, or rebuilds as well."""

    FACTS = "facts"
    TIMES = "times"


class TrialTimes:
    """The seconds that versions took, by what was measured of them."""

    def __init__(self) -> None:
        self._seconds: dict[TrialDepth, list[float]] = defaultdict(list)

    def took(self, depth: TrialDepth, seconds: float) -> None:
        """Note what measuring one version took."""
        self._seconds[depth].append(seconds)

    def of_baseline(
        self, measured: Measured, depth: TrialDepth, seconds: float
    ) -> None:
        """Note what the first version took.

        Where its build was in the cache already, the next one takes as long as a rebuild after an
        edit of the dependencies.
        """
        if depth is TrialDepth.FACTS:
            self.took(depth, seconds)
            return
        self.took(depth, seconds)
        built = sum(measured.seconds("warm"))
        installed = max(measured.seconds("dependency"), default=0.0)
        facts = self._seconds[TrialDepth.FACTS]
        if facts and installed > built:
            facts[-1] += installed - built

    def predicted(self, depth: TrialDepth) -> float:
        """Seconds for a version; 0 where none was measured.

        Rebuilds of which none was measured are taken to need what a build and a run need.
        """
        last = self._seconds[depth][-_LAST:] or self._seconds[TrialDepth.FACTS][-_LAST:]
        return _ROOM * max(last, default=0.0)
