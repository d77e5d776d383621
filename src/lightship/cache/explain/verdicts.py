"""Hit or miss for each step of one build, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from lightship.cache.builders import Builder
from lightship.cache.explain.differences import (
    ChangedFile,
    KeyDifference,
    differences,
)
from lightship.cache.explain.explanation import Reason, StepResult
from lightship.cache.explain.reasons import hit_reason, miss_reason
from lightship.cache.keys.keys import Key, Keyed
from lightship.cache.plan.plan import Planned
from lightship.cache.plan.step_names import text_of


def reached(
    steps: Sequence[Keyed],
    cache: Collection[Key],
    builder: Builder,
) -> list[Keyed]:
    """The steps, without the keys of those that the build does not come to.

    BuildKit looks for what is copied from the build context before it runs anything: where a
    source is missing, a build leaves nothing new in the cache. The others go step by step.
    """
    fails = any(keyed.missing for keyed in steps)
    if not fails or builder.chains:
        return list(steps)

    in_cache: list[Keyed] = []
    for keyed in steps:
        known = keyed
        if keyed.key not in cache:
            known = replace(keyed, key=None)
        in_cache.append(known)
    return in_cache


class Verdicts:
    """Hits and misses of one build, step after step, on a cache that was filled before."""

    def __init__(self, cache: Collection[Key]) -> None:
        self._cache = cache
        # The line of the first step that made a key
        self._lines: dict[Key | None, int] = {}
        # The first rebuilt step below a missed one, by its number
        self._first: dict[int, Planned] = {}
        # Stages with a step that was rebuilt
        self._rebuilt: set[str] = set()

    def step(
        self,
        new: Keyed,
        old: Keyed | None,
        files: Sequence[ChangedFile],
    ) -> StepResult:
        """The verdict of the next step; `files` are those that it takes and that changed."""
        key = new.key
        same_as = self._lines.get(key, 0)
        hit = same_as > 0 or key in self._cache
        if hit:
            stages = self._rebuilt_stages(new)
            reason = hit_reason(new, old, stages, same_as)
        else:
            reason = self._miss(new, old, files)
        if key is not None:
            self._lines.setdefault(key, new.step.line)
        return _result(new.step, reason, hit=hit)

    def _miss(
        self,
        new: Keyed,
        old: Keyed | None,
        files: Sequence[ChangedFile],
    ) -> Reason:
        """Why a step is rebuilt; the steps after it are so because of it."""
        step = new.step
        own: list[KeyDifference] = []
        if old is not None:
            changed = _changed_outputs(new, old)
            own += differences(old.step, step, files, changed)

        below = self._rebuilt_below(step)
        first = below or step
        self._first[step.number] = first
        self._rebuilt.add(step.stage)
        return miss_reason(new, own, below, old)

    def _rebuilt_below(self, step: Planned) -> Planned | None:
        """The first step below that was rebuilt, where the key depends on that."""
        if step.inputs.alone:
            return None
        below = step.below
        while isinstance(below, Planned):
            first = self._first.get(below.number)
            if first is not None:
                return first
            # A step that stands alone may be a hit upon one that was rebuilt
            if not below.inputs.alone:
                return None
            below = below.below
        return None

    def _rebuilt_stages(self, keyed: Keyed) -> list[str]:
        """The stages that it takes something from, and that were rebuilt."""
        stages: list[str] = []
        for output in keyed.step.inputs.outputs:
            after = output.after
            if not isinstance(after, Planned):
                continue
            if after.stage in self._rebuilt:
                stages.append(output.stage)
        return stages


def _result(step: Planned, reason: Reason, *, hit: bool) -> StepResult:
    instruction = step.instruction
    bodies = [heredoc.content for heredoc in instruction.heredocs]
    return StepResult(
        stage=step.stage,
        line=step.line,
        instruction=text_of(step),
        hit=hit,
        reason=reason,
        last_line=instruction.last_line,
        bodies="".join(bodies),
    )


def _changed_outputs(new: Keyed, old: Keyed) -> list[str]:
    """The stages and images from which a step takes something else than before."""
    outputs = new.step.inputs.outputs
    names = [output.stage for output in outputs]
    if len(old.outputs) != len(new.outputs):
        return names

    changed: list[str] = []
    rows = zip(names, old.outputs, new.outputs, strict=True)
    for name, before, after in rows:
        if before != after:
            changed.append(name)
    return changed
