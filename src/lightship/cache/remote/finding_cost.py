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
        return amount * WEEK / self.days if self.days >= WEEK else None


def cost_of(pairs: Sequence[WithAndWithout], days: float) -> FindingCost:
    """The cost of a mistake in several builds of one step, at least one."""
    seconds = [_difference(pair.now.seconds, pair.cured.seconds) for pair in pairs]
    sizes = [_difference(pair.now.bytes, pair.cured.bytes) for pair in pairs]
    fetched = _sum(sizes)
    return FindingCost(
        builds=len(pairs),
        runs=max(pair.now.built for pair in pairs),
        days=days,
        steps=sum(pair.now.rebuilt - pair.cured.rebuilt for pair in pairs),
        seconds=_sum(seconds),
        layers=sum(pair.now.pulled - pair.cured.pulled for pair in pairs),
        bytes=None if fetched is None else int(fetched),
    )


def _difference(now: float | None, cured: float | None) -> float | None:
    return None if now is None or cured is None else now - cured


def _sum(amounts: Sequence[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None
