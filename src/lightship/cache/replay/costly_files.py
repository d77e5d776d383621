"""`FileCosts`: the files that rebuilds began with, and what these came to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import StepResult
from lightship.cache.replay.results import CostlyFile
from lightship.record import record

_Places = Sequence[int]  # of steps, in one build


@record
class _Share:
    """A part in a build: which commit's, and how many files share it."""

    commit: int
    files: int


@record(eq=False, frozen=False)
class _Cost:
    """What a file had a part in: commits, steps, and builds."""

    commits: int = 0
    steps: int = 0
    shares: list[_Share] = field(default_factory=list)


class FileCosts:
    """Grows commit by commit."""

    def __init__(self) -> None:
        self._costs: dict[str, _Cost] = {}

    def add(self, commit: int, steps: Sequence[StepResult], missed: _Places) -> None:
        """A commit's build: the files that its rebuilds began with, and the steps that each
        of them brought.
        """
        brought = _brought(steps, missed)
        share = _Share(commit, len(brought))
        for path, rebuilt in brought.items():
            cost = self._costs.setdefault(path, _Cost())
            cost.commits += 1
            cost.steps += len(rebuilt)
            cost.shares.append(share)

    def ranked(self, seconds: Sequence[float] | None) -> list[CostlyFile]:
        """The costliest files first; `seconds` are those of each commit's build, where known.

        The seconds of a build are shared by the files that it began with.
        """
        files = self._files(seconds)
        return sorted(files, key=_costliest)

    def _files(self, seconds: Sequence[float] | None) -> Iterator[CostlyFile]:
        for path, cost in self._costs.items():
            own: float | None = None
            if seconds is not None:
                own = _own_seconds(cost, seconds)
            yield CostlyFile(path, cost.commits, cost.steps, own)


def _brought(steps: Sequence[StepResult], missed: _Places) -> dict[str, set[int]]:
    """The steps that were rebuilt for each file, by its path."""
    brought: dict[str, set[int]] = {}
    for at in missed:
        step = steps[at]
        reason = step.reason
        if reason.cause is not Cause.FILES:
            continue

        # It, and each later step that was rebuilt because it was
        rebuilt = {at}
        for later in missed:
            because = steps[later].reason
            if because.line == step.line:
                rebuilt.add(later)
        for path in reason.paths:
            of_path = brought.setdefault(path, set())
            of_path |= rebuilt
    return brought


def _own_seconds(cost: _Cost, seconds: Sequence[float]) -> float:
    """The seconds of the builds that a file had a part in, as far as they are its."""
    total = 0.0
    for share in cost.shares:
        whole = seconds[share.commit]
        total += whole / share.files
    return total


def _costliest(file: CostlyFile) -> tuple[float, int, int, str]:
    """By what files are sorted: seconds, steps, commits; then by path."""
    seconds = file.seconds or 0
    return -seconds, -file.steps, -file.commits, file.path
