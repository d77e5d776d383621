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
    old, new = make_plan(before).steps, make_plan(after).steps
    twins = paired(old, new)
    used = {twin.number for twin in twins.values()}
    gone = [
        times.seconds[step.line]
        for step in old
        if step.number not in used and step.line in times.seconds
    ]
    seconds: dict[int, float] = {}
    for step in new:
        twin = twins.get(step.number)
        if twin is not None and twin.line in times.seconds:
            seconds[step.line] = times.seconds[twin.line]
        elif twin is None and step.instruction.keyword == "RUN" and gone:
            seconds[step.line] = max(gone)
    return Times(seconds, times.source, estimated=True)
