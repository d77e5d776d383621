"""Hit or miss for each step of one build, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from lightship.cache.builders import Builder
from lightship.cache.explain.explanation import StepResult
from lightship.cache.explain.reasons import (
    ChangedFile,
    differences,
    hit_reason,
    miss_reason,
)
from lightship.cache.keys.keys import Key, Keyed
from lightship.cache.plan.make_plan import text_of
from lightship.cache.plan.plan import Planned


def reached(
    keyed: Sequence[Keyed], cache: Collection[Key], builder: Builder
) -> list[Keyed]:
    """The steps, without the keys of those that the build does not come to.

    BuildKit looks for what is copied from the build context before it runs anything: where a
    source is missing, a build leaves nothing new in the cache. The others go step by step.
    """
    if builder.chains or not any(each.missing for each in keyed):
        return list(keyed)
    return [each if each.key in cache else replace(each, key=None) for each in keyed]


class Verdicts:
    """Hits and misses of one build, step after step, on a cache that was filled before."""

    def __init__(self, cache: Collection[Key]) -> None:
        self._cache = cache
        self._built: dict[Key, Planned] = {}
        # The first rebuilt step below a missed one
        self._first: dict[int, Planned] = {}
        self._rebuilt: dict[str, int] = {}  # stages with a step that was rebuilt

    def step(
        self, new: Keyed, old: Keyed | None, files: list[ChangedFile]
    ) -> StepResult:
        """The verdict of the next step; `files` are those that it takes and that changed."""
        planned = new.step
        built = self._built.get(new.key) if new.key is not None else None
        hit = new.key is not None and (new.key in self._cache or built is not None)
        below = planned.below
        first = (
            self._first.get(below.number)
            if isinstance(below, Planned) and not planned.inputs.alone
            else None
        )
        if hit:
            same_as = built.line if built is not None else 0
            reason = hit_reason(new, old, self._stages(new), same_as)
        else:
            own = (
                list(differences(old.step, planned, files, self._others(new, old)))
                if old is not None
                else []
            )
            reason = miss_reason(new, own, first, old)
            self._first[planned.number] = first or planned
            self._rebuilt.setdefault(planned.stage, planned.line)
        if new.key is not None:
            self._built.setdefault(new.key, planned)
        return StepResult(planned.stage, planned.line, text_of(planned), hit, reason)

    def _stages(self, new: Keyed) -> list[str]:
        """The stages that it takes something from, and that were rebuilt."""
        return [
            each.stage
            for each in new.step.inputs.outputs
            if _stage(each.after) in self._rebuilt
        ]

    def _others(self, new: Keyed, old: Keyed | None) -> list[str]:
        """The stages and images from which it takes something else than before."""
        before = old.outputs if old is not None else ()
        names = [each.stage for each in new.step.inputs.outputs]
        if len(before) != len(new.outputs):
            return names
        return [
            name
            for name, one, other in zip(names, before, new.outputs, strict=True)
            if one != other
        ]


def _stage(after: object) -> str:
    return after.stage if isinstance(after, Planned) else ""
