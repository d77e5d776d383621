"""Seconds of the steps of a Dockerfile, from a file that has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lightship.build import Build
from lightship.cache.times.build_time import Times
from lightship.cache.times.buildkit_progress import LONGEST, read_progress
from lightship.cache.times.listed_steps import (
    ListedStep,
    Place,
    listed_steps,
    loose,
)
from lightship.errors import UsageError
from lightship.record import record
from lightship.regex import regex

LONGEST_TEXT = 64 << 20  # characters of a file with times
_LONGEST_OWN = 8 << 20  # of our own JSON
_MOST_COMPARED = 1_000_000  # texts of steps with names
_HEAD = regex(
    r"\[([^\]]{0,200}?)\s*([0-9]{1,6})/([0-9]{1,6})\] ([A-Za-z]{1,20})(?:\s|\Z)"
)
_Seconds = dict[int, float]  # by line


@record
class _Named:
    """What a name in BuildKit's progress says, and the seconds of that step."""

    place: Place
    keyword: str
    text: str
    seconds: float


def read_times(text: str, build: Build, where: str) -> Times:
    """What a file says of the steps of `build`.

    A UsageError that names `where` if it says nothing of them.

    The file is our own JSON, `{"steps": [{"line": 3, "seconds": 1.5}, …]}`, such as `cache explain
    --format json` prints, or BuildKit's progress, `rawjson` or `plain`. A step whose instruction
    was edited since has the time that stands at its place, and the Times are marked as estimated.
    """
    if len(text) > LONGEST_TEXT:
        raise UsageError(
            f"{where}: more than {LONGEST_TEXT >> 20} MB is too much for a file of times"
        )
    listed = list(listed_steps(build))
    own = _own_steps(text)
    guessed: _Seconds = {}
    if own is not None:
        certain = _of_own(own, listed, where)
    else:
        certain, guessed = _of_progress(text, listed)
    if not certain:
        raise UsageError(
            f"{where}: no times of this Dockerfile's steps: use the output of `docker build "
            "--progress=rawjson`"
        )

    only_guessed = guessed.keys() - certain.keys()
    is_estimated = bool(only_guessed)
    return Times(guessed | certain, where, estimated=is_estimated)


class _StepsByName:
    """The steps of a Dockerfile, to be found by what BuildKit calls them."""

    def __init__(self, listed: Sequence[ListedStep]) -> None:
        self._listed = listed
        self._by_place: dict[Place, ListedStep] = {}
        self._by_stage: dict[str, list[ListedStep]] = {}
        for step in listed:
            place = step.place
            self._by_place.setdefault(place, step)
            of_stage = self._by_stage.setdefault(place.stage, [])
            of_stage.append(step)

    def at_place(self, name: _Named) -> ListedStep | None:
        """The step where a name says that it stands; a stage that is not known has no name."""
        place = name.place
        if place.stage not in self._by_stage:
            place = place._replace(stage="")
        return self._by_place.get(place)

    def with_text(self, name: _Named) -> ListedStep | None:
        """The step of that text: the one at its place, else the only one of its stage, or of
        all.
        """
        at_place = self.at_place(name)
        if at_place is not None and _is_named(at_place, name):
            return at_place

        unnamed = self._by_stage.get("", [])
        of_stage = self._by_stage.get(name.place.stage, unnamed)
        return _only(of_stage, name) or _only(self._listed, name)


def _only(steps: Sequence[ListedStep], name: _Named) -> ListedStep | None:
    """The only one of `steps` that has that text."""
    same = [step for step in steps if _is_named(step, name)]
    if len(same) == 1:
        return same[0]
    return None


def _is_named(step: ListedStep, name: _Named) -> bool:
    if step.keyword != name.keyword:
        return False
    return step.has_text(name.text)


def _of_progress(
    text: str,
    listed: Sequence[ListedStep],
) -> tuple[_Seconds, _Seconds]:
    """Seconds by line: of steps that have the text of their instruction, and of those that
    only have its place.

    A step that is there for several platforms has the longest time of them.
    """
    steps = _StepsByName(listed)
    certain: _Seconds = {}
    guessed: _Seconds = {}
    left = _MOST_COMPARED
    progress = read_progress(text)
    for name in _names(progress):
        same: ListedStep | None = None
        # A file may have any number of names: those beyond the limit go by their place alone
        if left > 0:
            left -= len(listed)
            same = steps.with_text(name)
        if same is not None:
            _add(certain, same, name.seconds)
            continue

        at_place = steps.at_place(name)
        if at_place is not None and at_place.keyword == name.keyword:
            _add(guessed, at_place, name.seconds)
    return certain, guessed


def _add(times: _Seconds, step: ListedStep, seconds: float) -> None:
    """Keep the longest time of a step."""
    line = step.line
    before = times.get(line, 0.0)
    times[line] = max(before, seconds)


def _names(seconds: Mapping[str, float]) -> Iterator[_Named]:
    """`[TARGET PLATFORM STAGE 2/5] RUN …`, where any of the three may be absent.

    A stage that is alone is not named.
    """
    for name, time in seconds.items():
        head = _HEAD.match(name)
        if head is None:
            continue
        before = head[1].split()
        stage = ""
        if before:
            stage = before[-1]
        number = int(head[2])
        total = int(head[3])
        place = Place(stage, number, total)

        keyword = head[4].upper()
        rest = name[head.end(4) :]
        text = loose(keyword + rest)
        yield _Named(place, keyword, text, time)


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
        instruction = raw.get("instruction")
        if not isinstance(line, int):
            continue
        step = by_line.get(line)
        if step is not None and _is_same(step, instruction):
            _add(times, step, float(seconds))
    return times


def _is_time(seconds: Any) -> bool:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return False
    return 0 <= seconds <= LONGEST


def _is_same(step: ListedStep, instruction: Any) -> bool:
    """Whether a step of our own JSON is that instruction; one without a text is."""
    if not isinstance(instruction, str):
        return True
    text = loose(instruction)
    return step.has_text(text)
