"""What a run that measures is given, and what it keeps of its work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from lightship.bench.version import RunImages
from lightship.inspection.inspection import Inspection
from lightship.proof.journal import Journal
from lightship.proof.measure_plan import MeasurePlan
from lightship.proof.measured import ShapeFlaw
from lightship.record import record

FlawsOf = Callable[[Inspection], tuple[ShapeFlaw, ...] | None]
"""The known vulnerabilities of an image that was read with its packages; None if not known."""


def _as_it_is(text: str) -> str:
    return text


@record(eq=False)
class MeasuringRun:
    """A run that measures by a plan.

    `id` is in the names of all that it makes in the engine. The journal has what was measured
    already, `made` what is there of it. `say` is told how far the run has come. `hide` takes
    secrets out of a text before it is kept or shown. Without `flaws_of` no known vulnerabilities
    are looked up.
    """

    id: str
    asked: MeasurePlan
    journal: Journal
    say: Callable[[str], None]
    hide: Callable[[str], str] = _as_it_is
    made: RunImages = field(default_factory=RunImages)
    flaws_of: FlawsOf | None = None

    def tell(self, text: str) -> None:
        """Say something, where there is something."""
        if text:
            self.say(text)
