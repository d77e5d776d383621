"""Times of one Dockerfile's steps, carried over to an edited one."""

from __future__ import annotations

from lightship.build import Build
from lightship.cache.plan.make_plan import make_plan
from lightship.cache.plan.pairing import paired
from lightship.cache.times.build_time import Times


def carry_over(times: Times, before: Build, after: Build) -> Times:
    """The seconds of each step of `after` that stands for one of `before`.

    A RUN that stands for none takes as long as the longest that is gone, so that no change looks
    better than it is.
    """
    if before is after:
        return times

    old_steps = make_plan(before).steps
    new_steps = make_plan(after).steps
    twins = paired(old_steps, new_steps)
    kept = {twin.number for twin in twins.values()}
    longest_gone: float | None = None
    for step in old_steps:
        gone = times.seconds.get(step.line)
        if gone is not None and step.number not in kept:
            longest_gone = max(gone, longest_gone or 0.0)

    seconds: dict[int, float] = {}
    for step in new_steps:
        twin = twins.get(step.number)
        if twin is not None:
            known = times.seconds.get(twin.line)
        elif step.instruction.keyword == "RUN":
            known = longest_gone
        else:
            known = None
        if known is not None:
            seconds[step.line] = known
    return Times(seconds, times.source, estimated=True)
