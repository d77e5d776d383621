"""Seconds of the steps of a Dockerfile, from a file that has them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lightship.build import Build
from lightship.cache.times.build_time import Times
from lightship.cache.times.buildkit_progress import read_progress
from lightship.cache.times.listed_steps import (
    ListedStep,
    listed_steps,
    loose,
)
from lightship.cache.times.named_steps import StepsByName, read_name
from lightship.cache.times.plain_log import LONGEST
from lightship.errors import UsageError

LONGEST_TEXT = 64 << 20  # characters of a file with times
_LONGEST_OWN = 8 << 20  # of our own JSON
_MOST_COMPARED = 1_000_000  # texts of steps with names
_Seconds = dict[int, float]  # by line


def read_times(text: str, build: Build, where: str) -> Times:
    """What a file says of the steps of `build`.

    A UsageError that names `where` if it says nothing of them.

    The file is our own JSON, `{"steps": [{"line": 3, "seconds": 1.5}, …]}`, such as `cache explain
    --format json` prints, whose steps may have the `bytes` of their layers; or BuildKit's progress,
    `rawjson` or `plain`. A step whose instruction was edited since has the time that stands at its
    place, and the Times are marked as estimated.
    """
    if len(text) > LONGEST_TEXT:
        raise UsageError(
            f"{where}: more than {LONGEST_TEXT >> 20} MB is too much for a file of times"
        )
    own = _own_steps(text)
    if own is None:
        return times_by_name(read_progress(text), build, where)

    listed = list(listed_steps(build))
    certain = _of_own(own, listed, where)
    times = _times(certain, {}, where)
    sizes = _sizes_of_own(own, listed, where)
    return replace(times, bytes=sizes)


def times_by_name(seconds: Mapping[str, float], build: Build, where: str) -> Times:
    """The same of seconds by the names of steps, as BuildKit has them."""
    listed = list(listed_steps(build))
    certain, guessed = _of_progress(seconds, listed)
    return _times(certain, guessed, where)


def _times(certain: _Seconds, guessed: _Seconds, where: str) -> Times:
    if not certain:
        raise UsageError(
            f"{where}: no times of this Dockerfile's steps: use a build record, or the output of "
            "`docker build --progress=rawjson`"
        )
    only_guessed = guessed.keys() - certain.keys()
    is_estimated = bool(only_guessed)
    return Times(guessed | certain, where, estimated=is_estimated)


def _of_progress(
    progress: Mapping[str, float],
    listed: Sequence[ListedStep],
) -> tuple[_Seconds, _Seconds]:
    """Seconds by line: of steps that have the text of their instruction, and of those that
    only have its place.

    A step that is there for several platforms has the longest time of them.
    """
    steps = StepsByName(listed)
    certain: _Seconds = {}
    guessed: _Seconds = {}
    left = _MOST_COMPARED
    for text, seconds in progress.items():
        name = read_name(text)
        if name is None:
            continue
        same: ListedStep | None = None
        # A file may have any number of names: those beyond the limit go by their place alone
        if left > 0:
            left -= len(listed)
            same = steps.with_text(name)
        if same is not None:
            _add(certain, same, seconds)
            continue

        at_place = steps.at_place(name)
        if at_place is not None and at_place.keyword == name.keyword:
            _add(guessed, at_place, seconds)
    return certain, guessed


def _add(times: _Seconds, step: ListedStep, seconds: float) -> None:
    """Keep the longest time of a step."""
    line = step.line
    before = times.get(line, 0.0)
    times[line] = max(before, seconds)


def _own_steps(text: str) -> list[Any] | None:
    """The steps of our own JSON; None for another text."""
    text = text.removeprefix("\ufeff")
    may_be_json = text.lstrip().startswith("{")
    if not may_be_json or len(text) > _LONGEST_OWN:
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    steps = document.get("steps")
    if isinstance(steps, list):
        return steps
    return None


def _of_own(
    steps: Sequence[Any],
    listed: Sequence[ListedStep],
    where: str,
) -> _Seconds:
    """Seconds by line, of lines that are steps.

    An invalid time is an error, null means no time.
    """
    by_line = {step.line: step for step in listed}
    times: _Seconds = {}
    for at, raw in enumerate(steps):
        if not isinstance(raw, dict):
            continue
        seconds = raw.get("seconds")
        if seconds is None:
            continue
        if not _is_time(seconds):
            name = f"{where}: steps[{at}].seconds"
            raise UsageError(
                f"{name} must be a number of seconds from 0 to {LONGEST:.0f}"
            )

        line = raw.get("line")
        if not isinstance(line, int):
            continue
        step = by_line.get(line)
        instruction = raw.get("instruction")
        if step is not None and _is_same(step, instruction):
            _add(times, step, float(seconds))
    return times


def _sizes_of_own(
    steps: Sequence[Any],
    listed: Sequence[ListedStep],
    where: str,
) -> dict[int, int]:
    """Bytes of layers by line, of lines that are steps. An invalid size is an error."""
    lines = {step.line for step in listed}
    sizes: dict[int, int] = {}
    for at, raw in enumerate(steps):
        if not isinstance(raw, dict):
            continue
        size = raw.get("bytes")
        if size is None:
            continue
        if not _is_size(size):
            raise UsageError(f"{where}: steps[{at}].bytes must be a number of bytes")
        line = raw.get("line")
        if isinstance(line, int) and line in lines:
            sizes[line] = size
    return sizes


def _is_time(seconds: Any) -> bool:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return False
    return 0 <= seconds <= LONGEST


def _is_size(size: Any) -> bool:
    if isinstance(size, bool) or not isinstance(size, int):
        return False
    return size >= 0


def _is_same(step: ListedStep, instruction: Any) -> bool:
    """Whether a step of our own JSON is that instruction; one without a text is."""
    if not isinstance(instruction, str):
        return True
    text = loose(instruction)
    return step.has_text(text)
