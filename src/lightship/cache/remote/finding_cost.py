"""What a mistake in CI costs: a history with it, and the same history without it."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.cache.remote.ci_results import SettingResult
from lightship.record import record
from lightship.wording.durations import WEEK


@record
class WithAndWithout:
    """The runs of one build with a mistake, and without it."""

    now: SettingResult
    cured: SettingResult


@record
class FindingCost:
    """What a history costs more with a mistake than without it, all its builds together.

    `builds` are those that have the mistake, `runs` how often CI ran them in `days`. `steps` are
    those that were rebuilt, `seconds` the time of the builds along their critical paths, `layers`
    those that were fetched, and `bytes` what they hold; None where no times or sizes are known.
    Each is less than zero where it is more without the mistake.
    """

    builds: int
    runs: int
    days: float
    steps: int
    seconds: float | None
    layers: int
    bytes: int | None

    def per_run(self, amount: float) -> float:
        """A sum over the history for one run of CI."""
        return amount / max(self.runs, 1)

    def per_week(self, amount: float) -> float | None:
        """The same for one week; None where the history is shorter than that."""
        if self.days < WEEK:
            return None
        return amount * WEEK / self.days


def cost_of(pairs: Sequence[WithAndWithout], days: float) -> FindingCost:
    """The cost of a mistake in several builds of one step, at least one."""
    runs = 0
    steps = 0
    layers = 0
    seconds: list[float | None] = []
    sizes: list[float | None] = []
    for pair in pairs:
        now = pair.now
        cured = pair.cured
        runs = max(runs, now.built)
        steps += now.rebuilt - cured.rebuilt
        layers += now.pulled - cured.pulled
        seconds.append(_difference(now.seconds, cured.seconds))
        sizes.append(_difference(now.bytes, cured.bytes))

    fetched = _sum(sizes)
    return FindingCost(
        builds=len(pairs),
        runs=runs,
        days=days,
        steps=steps,
        seconds=_sum(seconds),
        layers=layers,
        bytes=None if fetched is None else int(fetched),
    )


def _difference(now: float | None, cured: float | None) -> float | None:
    if now is None or cured is None:
        return None
    return now - cured


def _sum(amounts: Sequence[float | None]) -> float | None:
    """The sum; None where one of them is not known."""
    known = [amount for amount in amounts if amount is not None]
    if len(known) < len(amounts):
        return None
    return sum(known)
