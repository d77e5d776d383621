"""What each kind of run does with a step that builds: whether it happens, with which options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import CiBuild, CiRun, CiSwitch, RunKind
from lightship.builds.ci.github_events import (
    RunValues,
    condition,
    each_in_run,
    events_of,
    in_run,
    run_values,
    switch_in,
)
from lightship.builds.ci.github_inputs import StepInputs
from lightship.builds.ci.github_values import StepFrame, StepPlace
from lightship.builds.ci.output_switches import pushed
from lightship.builds.yaml_tree import YamlNode
from lightship.regex import regex

_WITH_INPUTS = (RunKind.DISPATCH, RunKind.CALLED)
_INPUT = regex(r"\binputs\.([\w-]+)")
Values = Mapping[str, Any]


class StepRuns:
    """The runs of a step; `values` are what its expressions may name, `text` is the workflow."""

    def __init__(self, place: StepPlace, values: Values, text: str) -> None:
        self._place = place
        self._values = values
        self._text = text
        self.conditions = tuple(_conditions(place))

    def of_action(self, inputs: StepInputs) -> tuple[CiRun, ...]:
        """Those of an action: in each kind of run its inputs may have other values."""
        kinds = self._kinds()
        return tuple(self._of_inputs(run, inputs) for run in kinds)

    def of_command(self, build: CiBuild) -> tuple[CiRun, ...]:
        """Those of a command, which does what `build` has of it in all of them."""
        kinds = self._kinds()
        return tuple(self._of_options(run, build) for run in kinds)

    def left_open(self, switch: CiSwitch) -> CiSwitch:
        """A switch that an input of the workflow decides: its default is one of several values.

        An action may be given it by another name.
        """
        is_open = _is_open(switch.text, self._place.frames)
        return replace(switch, value=None) if is_open else switch

    def _kinds(self) -> Iterator[RunValues]:
        workflow = self._place.frames[0].tree
        known = self._place.values.get("github", {})
        return run_values(events_of(workflow), known, self._text)

    def _of_inputs(self, run: RunValues, inputs: StepInputs) -> CiRun:
        def switch(name: str) -> bool | None:
            text = inputs.text(name)
            return in_run(run, self._values, lambda values: switch_in(text, values))

        def caches(name: str) -> tuple[CacheOption, ...]:
            answers = each_in_run(
                run, self._values, lambda values: inputs.caches(name, values)
            )
            return max(answers, key=len, default=())

        push = CiSwitch(switch("push"), inputs.text("push"))
        if run.kind in _WITH_INPUTS:
            push = self.left_open(push)
        push = pushed(push, inputs.lines_of("outputs"))
        return CiRun(
            run.kind,
            run.event,
            self._happens(run),
            push.value,
            switch("load"),
            switch("no-cache"),
            caches("cache-from"),
            caches("cache-to"),
        )

    def _of_options(self, run: RunValues, build: CiBuild) -> CiRun:
        return CiRun(
            run.kind,
            run.event,
            self._happens(run),
            build.push.value,
            build.load.value,
            build.no_cache.value,
            build.cache_from,
            build.cache_to,
        )

    def _happens(self, run: RunValues) -> bool | None:
        """Whether all conditions hold, on one of the branches that the run may be on."""
        on_branches = each_in_run(run, self._values, self._hold)
        return _in_any(on_branches)

    def _hold(self, values: Values) -> bool | None:
        """Whether all conditions hold at once: those of a job and of its step may contradict."""
        answers = [condition(text, values) for text in self.conditions]
        if False in answers:
            return False
        return None if None in answers else True


def _is_open(text: str, frames: Sequence[StepFrame]) -> bool:
    """Whether an expression takes its value from an input that the outermost workflow declares."""
    names = set(_INPUT.findall(text))
    *outer, _own = frames
    if not outer or not names:
        return bool(names)
    given = _given(outer[-1])
    return any(_is_open(given.get(name, ""), outer) for name in names)


def _given(caller: StepFrame) -> dict[str, str]:
    """What a step or job gives to the action or workflow that it uses."""
    node = caller.steps[caller.number] if caller.steps else caller.job
    inputs = node.get("with")
    entries = inputs.entries if inputs is not None else {}
    return {name: item.text or "" for name, item in entries.items()}


def _conditions(place: StepPlace) -> Iterator[str]:
    """All `if:` of jobs, actions and steps around a step, the outermost first, then its own."""
    for frame in place.frames:
        if frame.name:
            yield from _if_of(frame.job)
        if frame.steps:
            step = frame.steps[frame.number]
            yield from _if_of(step)


def _if_of(node: YamlNode) -> Iterator[str]:
    value = node.get("if")
    words = (value.text or "").split() if value is not None else []
    if words:
        yield " ".join(words)


def _in_any(answers: Sequence[bool | None]) -> bool | None:
    """Whether it is so on one of several branches."""
    if True in answers:
        return True
    return None if None in answers else False
