"""Times of one Dockerfile's steps, carried over to an edited one."""

from __future__ import annotations

from lightship.build import Build
from lightship.cache.plan.make_plan import make_plan
from lightship.cache.plan.pairing import Pairs, paired
from lightship.cache.plan.plan import Plan
from lightship.cache.times.build_time import Times


def carry_over(times: Times, before: Build, after: Build) -> Times:
    """The seconds of each step of `after` that stands for one of `before`.

    A RUN that stands for none takes as long as the longest that is gone, so that no change looks
    better than it is.
    """
    if before is after:
        return times

    old_plan = make_plan(before)
    new_plan = make_plan(after)
    twins = paired(old_plan.steps, new_plan.steps)
    longest_gone = _longest_gone(times, old_plan, twins)

    seconds: dict[int, float] = {}
    for step in new_plan.steps:
        twin = twins.get(step.number)
        known: float | None = None
        if twin is not None:
            known = times.of_line(twin.line)
        elif step.instruction.keyword == "RUN":
            known = longest_gone
        if known is not None:
            seconds[step.line] = known
    return Times(seconds, times.source, estimated=True)


def _longest_gone(times: Times, plan: Plan, twins: Pairs) -> float | None:
    """The longest time of the steps that no later one stands for; None where none is known."""
    kept = {twin.number for twin in twins.values()}
    gone: list[float] = []
    for step in plan.steps:
        if step.number in kept:
            continue
        seconds = times.of_line(step.line)
        if seconds is not None:
            gone.append(seconds)
    return max(gone, default=None)
