"""Seconds of the steps of a Dockerfile, and how long a build takes in which some of them are
hits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from typing import Protocol

from lightship.record import record


@record
class Times:
    """Seconds of the steps, by line of the instruction.

    `source` says where from, `estimated` marks guesses. `bytes` are those of their layers,
    compressed, where they are known.
    """

    seconds: Mapping[int, float]
    source: str
    estimated: bool = False
    bytes: Mapping[int, int] = field(default_factory=dict)

    def of_line(self, line: int) -> float | None:
        """The seconds of the step on a line, None where they are not known."""
        return self.seconds.get(line)


class Waiting(Protocol):
    """A step of a plan: `after` are the indices of the steps that it waits for, all of them
    before its own.
    """

    @property
    def after(self) -> tuple[int, ...]: ...


def critical_path(
    missed: Collection[int],
    steps: Sequence[Waiting],
    seconds: Sequence[float | None],
) -> float:
    """How long a build takes in which the steps `missed` run, stages side by side: the
    longest way through them.

    A hit costs nothing, nor does a step whose `seconds` are not known; `missed` and `after` are
    indices of `steps`.
    """
    ends: list[float] = []
    for index, step in enumerate(steps):
        # It starts when the last of those that it waits for ends
        start = 0.0
        for number in step.after:
            start = max(start, ends[number])

        own: float | None = None
        if index in missed:
            own = seconds[index]
        end = start + (own or 0.0)
        ends.append(end)
    return max(ends, default=0.0)
