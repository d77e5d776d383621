"""What reports say of a history in CI, in words."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.cache.remote.ci_results import CiReplay, CiStepName, SettingResult
from lightship.cache.remote.replayed_run import EventKind
from lightship.inspection.phrases import one_line
from lightship.wording.counts import count
from lightship.wording.durations import duration
from lightship.wording.printable import shortened
from lightship.wording.shares import percent

_LONGEST = 400  # characters of an instruction
ADVICE = "ADVICE  "
_EVENTS = {
    EventKind.PUSH: "push to default branch",
    EventKind.FIRST: "pull request, first run",
    EventKind.LATER: "pull request, later runs",
    EventKind.TAG: "tag",
    EventKind.SCHEDULE: "schedule",
}


def event(kind: EventKind) -> str:
    """What a run is for."""
    return _EVENTS[kind]


def instruction(step: CiStepName) -> str:
    """The instruction on one line, without secrets."""
    return shortened(one_line(step.instruction), _LONGEST)


def advice(replay: CiReplay) -> str:
    """What to change, and what that would have saved; or that nothing would have."""
    written = replay.written
    if not written.runs:
        return "Nothing to advise: no run of this history builds the image."
    if replay.best is None:
        return "None of the other settings would have been clearly better over this history."
    best = replay.others[replay.best]
    return f"{ADVICE}{best.name}: {_saving(written, best)}"


def _saving(written: SettingResult, best: SettingResult) -> str:
    if written.seconds is not None and best.seconds is not None and written.seconds:
        saved = written.seconds - best.seconds
        share = percent(saved / written.seconds, 0)
        each = duration(saved / max(written.built, 1))
        return f"{each} less a run, {duration(saved)} ({share}) over this history"
    fewer = written.rebuilt - best.rebuilt
    steps = count(fewer, "step")
    share = percent(fewer / max(written.rebuilt, 1), 0)
    return f"{steps} fewer ({share}) are rebuilt over this history"


def option_lines(result: SettingResult) -> Iterator[tuple[str, str]]:
    """The options of a setting as docker/build-push-action takes them."""
    for at, text in enumerate(result.options):
        name = "cache-from:" if at < result.reads else "cache-to:"
        yield name, text
