"""The limits of a rebuild: how long it may take, and which steps must stay hits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Explanation, StepResult
from lightship.errors import UsageError
from lightship.outcome import Outcome
from lightship.record import record
from lightship.wording.counts import count
from lightship.wording.durations import duration
from lightship.wording.printable import shortened

_MOST_NAMED = 10  # steps that are named below a limit
_LONGEST_TEXT = 60  # characters of the text of a step
_MOST_DIGITS = 7  # of the number of a line
_TO_DO = "RUN without a known time: add it to --times, or count one with --unknown"


@record
class RebuildLimits:
    """`max_rebuild` is in seconds, None for no limit; `must_hit` are texts of steps, or lines.

    `unknown` is the seconds to count for a rebuilt RUN that has no time; None refuses such a one.
    """

    max_rebuild: float | None = None
    must_hit: tuple[str, ...] = ()
    unknown: float | None = None


def judge_rebuild(
    explanation: Explanation,
    limits: RebuildLimits,
) -> tuple[Outcome, ...]:
    """An outcome for each limit that is set.

    A UsageError where seconds are limited and no times are known.
    """
    hits = [_must_hit(explanation.steps, text) for text in limits.must_hit]
    return (*_max_rebuild(explanation, limits), *hits)


def _max_rebuild(explanation: Explanation, limits: RebuildLimits) -> Iterator[Outcome]:
    most = limits.max_rebuild
    if most is None:
        if limits.unknown is not None:
            raise UsageError("--unknown works only with --max-rebuild")
        return
    seconds = explanation.seconds
    if seconds is None:
        raise UsageError(
            "--max-rebuild needs the times of steps: add --times with a log or record of a "
            "build, or --measure"
        )

    rebuilt = [step for step in explanation.steps if not step.hit]
    failing = [step for step in rebuilt if step.reason.cause is Cause.FAILS]
    unknown = [step for step in rebuilt if step.seconds is None]
    runs = [step for step in unknown if _is_run(step)]
    # Their place in the build is not asked: one after another is the longest that they can take
    assumed = (limits.unknown or 0.0) * len(runs)
    figure = duration(seconds + assumed)
    if failing:
        figure = "the build fails"
    elif unknown:
        steps = count(len(unknown), "step")
        figure += f", and {steps} without a known time"
    if assumed and not failing:
        figure += f" ({duration(limits.unknown or 0.0)} for each RUN)"

    is_open = bool(runs) and limits.unknown is None
    passed = seconds + assumed <= most and not failing and not is_open
    in_order = sorted(rebuilt, key=_rank, reverse=True)
    detail = [_told(step) for step in in_order[:_MOST_NAMED]]
    if is_open:
        detail.insert(0, _TO_DO)
    yield _outcome("max-rebuild", duration(most), figure, tuple(detail), passed=passed)


def _is_run(step: StepResult) -> bool:
    """Whether it may take any time: other steps copy files."""
    return step.instruction[:3].upper() == "RUN"


def _rank(step: StepResult) -> tuple[bool, float]:
    """RUN without a time, then what takes longest."""
    is_open = step.seconds is None and _is_run(step)
    return is_open, step.seconds or 0.0


def _must_hit(steps: Sequence[StepResult], text: str) -> Outcome:
    """A step that is not there is no hit: it may have got another text."""
    meant = [step for step in steps if is_meant(step, text)]
    missed = [step for step in meant if not step.hit]
    detail = tuple(_told(step) for step in missed[:_MOST_NAMED])
    if not meant:
        figure = "no such step in this build"
    elif missed:
        figure = f"{count(len(missed), 'step')} rebuilt"
    else:
        figure = "a hit"
    passed = bool(meant) and not missed
    shown = shortened(text, _LONGEST_TEXT)
    return _outcome("must-hit", shown, figure, detail, passed=passed)


def is_meant(step: StepResult, text: str) -> bool:
    """Whether a step has a text in its instruction, blanks aside, or is on that line.

    Lines of continuations and heredocs are its own.
    """
    words = " ".join(text.split())
    if words.isdecimal() and len(words) <= _MOST_DIGITS:
        last = max(step.line, step.last_line)
        return step.line <= int(words) <= last
    instruction = " ".join(f"{step.instruction} {step.bodies}".split())
    return bool(words) and words in instruction


def _told(step: StepResult) -> str:
    time = "" if step.seconds is None else f" ({duration(step.seconds)})"
    return f"line {step.line}{time}: {step.reason.text}"


def _outcome(
    name: str,
    limit: str,
    figure: str,
    detail: tuple[str, ...],
    *,
    passed: bool,
) -> Outcome:
    return Outcome(name, limit, figure, passed, () if passed else detail)
