"""The steps that are the cause of what is rebuilt, without those that only stand on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import StepResult


def causing_steps(steps: Iterable[StepResult]) -> Iterator[StepResult]:
    """Those that are rebuilt for a reason of their own."""
    for step in steps:
        if not step.hit and step.reason.cause is not Cause.PARENT:
            yield step
