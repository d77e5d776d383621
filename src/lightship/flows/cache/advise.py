"""From a repository to the changes that would have kept the most hits, and writing one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

from lightship.cache.advice.advice_search import advise
from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.builders import read_builder
from lightship.errors import UsageError
from lightship.files.writing import write_file
from lightship.flows.cache.replay import (
    HistoryRequest,
    asked_past,
    asked_times,
    taken_repository,
)
from lightship.flows.tell import Tell
from lightship.record import record
from lightship.report.kit.diff import diff
from lightship.text import TextChange, encode

ALL = "all"
_MOST_DIGITS = 10


@record(eq=False)
class AdvisedHistory:
    """What is advised, and whether there are files that it can be written to."""

    advised: Advised
    context: str
    is_bare: bool


def advise_on(request: HistoryRequest, tell: Tell) -> AdvisedHistory:
    """The changes that would have kept the most hits, each replayed; nothing is written.

    `tell` is told which build was taken.
    """
    repository = taken_repository(request, tell)
    past = asked_past(request, repository)
    # The history is walked once for each change that is tried.
    past = replace(past, revisions=tuple(past.revisions))
    build = repository.today_with_files()
    times = asked_times(request, repository, build)

    def from_root(path: str, change: TextChange) -> str:
        """A diff from the root of the repository, as `git apply` takes it."""
        whole = repository.from_root(path)
        return diff(whole, change)

    builder = read_builder(request.builder)
    advised = advise(past, build, from_root, builder, times)
    is_bare = repository.history.root is None
    return AdvisedHistory(advised, repository.context, is_bare)


def choose_advice(advised: Advised, which: str) -> Advice:
    """The advice of a number, or all of it together; a UsageError where there is none."""
    advice = advised.advice
    if not advice:
        raise UsageError("nothing to write: no change would have saved a rebuild")
    if which == ALL:
        return advised.together or advice[0]
    # int() is slow on very long numbers, and refuses the longest
    is_number = which.isdecimal() and len(which) < _MOST_DIGITS
    number = 0
    if is_number:
        number = int(which)
    count = len(advice)
    if not 1 <= number <= count:
        raise UsageError(f"invalid --write {which}: write a number from 1 to {count}")
    return advice[number - 1]


def write_advice(history: AdvisedHistory, advice: Advice) -> Iterator[str]:
    """Write the files of an advice; each path once it is written."""
    if history.is_bare:
        raise UsageError(
            "cannot write to a bare repository; without --write the diff is shown"
        )
    for path, text in advice.files.items():
        place = os.path.join(history.context, path)
        place = os.path.normpath(place)
        data = encode(text)
        write_file(place, data)
        yield place
