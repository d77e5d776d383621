"""The steps of builds from `--progress=plain`, which the logs of every CI have.

Source: moby/buildkit, util/progress/progressui/printer.go. A step is `#7 NAME` when it is first
met and after other steps came between, then `#7 DONE 1.2s`, `#7 CACHED`, `#7 ERROR: ...` or
`#7 CANCELED`. What else stands after its number is its output.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from re import Match

from lightship.cache.times.recorded_step import Recorded, RecordedStep
from lightship.record import record
from lightship.regex import regex

LONGEST = 1e6  # seconds, eleven days: no step takes longer, whatever a file says
MOST_NAMES = 20_000  # of steps; what comes later is not looked at
_LINE = regex(r"#([0-9]{1,6}) ([^\n]{1,4096})")
_LONGEST_PREFIX = 80  # characters that a CI writes before a line
_LONGEST_ERROR = 400
_NAME = regex(r"\[[^\]]{1,200}\] ")
_END = regex(
    r"(?:(CACHED)|(CANCELED)|DONE ([0-9]{1,7}(?:\.[0-9]{1,9})?)s|ERROR: (.*))\s*"
)
_PULL = regex(r"(?:extracting )?sha256:[0-9a-f]{64}\b")
_GOES_ON = "..."
_DEFINITION = "load build definition from "
_BUILDER = "building with "


@record(eq=False, frozen=False)
class _Told:
    """What a log says of one number."""

    name: str
    cached: bool = False
    seconds: float | None = None
    error: str = ""
    ended: bool = False


@record(eq=False, frozen=False)
class _Log:
    """One build of a log, by the numbers of its steps."""

    told: dict[str, _Told] = field(default_factory=dict)

    def starts_again(self, number: str, text: str) -> bool:
        """Whether a line belongs to another build: its number was that of something else."""
        known = self.told.get(number)
        if known is None:
            return False
        if text.startswith(_BUILDER):
            return True
        if _NAME.match(text) is None:
            return False
        is_again = known.ended and _DEFINITION in text
        return is_again or known.name != text

    def take(self, number: str, text: str) -> None:
        """A line that belongs to this build."""
        known = self.told.get(number)
        end = _END.fullmatch(text)
        if known is None:
            is_name = end is None and text != _GOES_ON
            if is_name and len(self.told) < MOST_NAMES:
                self.told[number] = _Told(text)
            return

        if end is not None:
            _end(known, end)
        elif _is_pull(known, text):
            # Of a hit CACHED is not always written; what runs has the time before its output
            known.cached = True


def _end(told: _Told, end: Match[str]) -> None:
    """Take the line with which a step ends."""
    told.ended = True
    cached, _canceled, number, error = end.groups()
    if cached is not None:
        told.cached = True
    elif number is not None:
        seconds = float(number)
        if seconds <= LONGEST:
            told.seconds = seconds
    elif error is not None:
        told.error = error[:_LONGEST_ERROR] or "failed"


def _is_pull(told: _Told, text: str) -> bool:
    """Whether layers are pulled for a step: only those of a base image, or of a hit, are."""
    if " FROM " in told.name:
        return False
    return _PULL.match(text) is not None


def plain_builds(text: str) -> Iterator[Recorded]:
    """The builds of a log, one after the other."""
    log = _Log()
    for line in _LINE.finditer(text):
        if not _starts_line(text, line.start()):
            continue
        number = line[1]
        rest = line[2].rstrip()
        if log.starts_again(number, rest):
            yield _steps(log)
            log = _Log()
        log.take(number, rest)
    if log.told:
        yield _steps(log)


def _steps(log: _Log) -> Recorded:
    steps: list[RecordedStep] = []
    for number, told in log.told.items():
        steps.append(_step(number, told))
    return tuple(steps)


def _step(number: str, told: _Told) -> RecordedStep:
    """One that is a hit stays one: what is done afterwards is to pull its layers."""
    seconds = told.seconds
    pulled: float | None = None
    if told.cached:
        pulled = seconds
    if told.cached or told.error:
        seconds = None
    return RecordedStep(
        name=told.name,
        digests=(f"#{number}",),
        cached=told.cached,
        seconds=seconds,
        pulled=pulled,
        error=told.error,
    )


def _starts_line(text: str, at: int) -> bool:
    """Whether nothing stands before `at` on its line, or what a CI may have written there."""
    first = max(at - _LONGEST_PREFIX - 1, 0)
    line_end = text.rfind("\n", first, at)
    start = line_end + 1
    if start == 0 and at > _LONGEST_PREFIX:
        return False
    if at == start:
        return True
    before = text[at - 1]
    return before in " \t]|"
