"""The limits of a rebuild: how long it may take, and which steps must stay hits."""

from __future__ import annotations

from collections.abc import Sequence

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
    outcomes: list[Outcome] = []
    if limits.max_rebuild is not None:
        outcome = _max_rebuild(explanation, limits, limits.max_rebuild)
        outcomes.append(outcome)
    elif limits.unknown is not None:
        raise UsageError("--unknown works only with --max-rebuild")
    steps = explanation.steps
    outcomes += [_must_hit(steps, text) for text in limits.must_hit]
    return tuple(outcomes)


def _max_rebuild(
    explanation: Explanation,
    limits: RebuildLimits,
    most: float,
) -> Outcome:
    seconds = explanation.seconds
    if seconds is None:
        raise UsageError(
            "--max-rebuild needs the times of steps: add --times with a log or record of a "
            "build, or --measure"
        )

    rebuilt = [step for step in explanation.steps if not step.hit]
    unknown = [step for step in rebuilt if step.seconds is None]
    runs = [step for step in unknown if _is_run(step)]
    for_each = limits.unknown or 0.0
    # Their place in the build is not asked: one after another is the longest that they can take
    whole = seconds + for_each * len(runs)
    fails = any(step.reason.cause is Cause.FAILS for step in rebuilt)
    if fails:
        figure = "the build fails"
    else:
        figure = duration(whole)
        if unknown:
            steps = count(len(unknown), "step")
            figure += f", and {steps} without a known time"
        if runs and for_each:
            figure += f" ({duration(for_each)} for each RUN)"

    is_open = bool(runs) and limits.unknown is None
    is_sound = not fails and not is_open
    in_order = sorted(rebuilt, key=_rank, reverse=True)
    detail = [_told(step) for step in in_order[:_MOST_NAMED]]
    if is_open:
        detail.insert(0, _TO_DO)
    return _outcome(
        "max-rebuild",
        duration(most),
        figure,
        detail,
        passed=is_sound and whole <= most,
    )


def _is_run(step: StepResult) -> bool:
    """Whether it may take any time: other steps copy files."""
    keyword = step.instruction[:3]
    return keyword.upper() == "RUN"


def _rank(step: StepResult) -> tuple[bool, float]:
    """RUN without a time, then what takes longest."""
    seconds = step.seconds
    is_open = seconds is None and _is_run(step)
    return is_open, seconds or 0.0


def _must_hit(steps: Sequence[StepResult], text: str) -> Outcome:
    """A step that is not there is no hit: it may have got another text."""
    meant = [step for step in steps if is_meant(step, text)]
    missed = [step for step in meant if not step.hit]
    detail = [_told(step) for step in missed[:_MOST_NAMED]]
    if not meant:
        figure = "no such step in this build"
    elif missed:
        steps_missed = count(len(missed), "step")
        figure = f"{steps_missed} rebuilt"
    else:
        figure = "a hit"
    passed = bool(meant) and not missed
    shown = shortened(text, _LONGEST_TEXT)
    return _outcome("must-hit", shown, figure, detail, passed=passed)


def is_meant(step: StepResult, text: str) -> bool:
    """Whether a step has a text in its instruction, blanks aside, or is on that line.

    Lines of continuations and heredocs are its own.
    """
    wanted = _with_single_blanks(text)
    if wanted.isdecimal() and len(wanted) <= _MOST_DIGITS:
        number = int(wanted)
        last = max(step.line, step.last_line)
        return step.line <= number <= last
    whole = f"{step.instruction} {step.bodies}"
    own = _with_single_blanks(whole)
    return bool(wanted) and wanted in own


def _with_single_blanks(text: str) -> str:
    words = text.split()
    return " ".join(words)


def _told(step: StepResult) -> str:
    where = f"line {step.line}"
    if step.seconds is not None:
        time = duration(step.seconds)
        where += f" ({time})"
    return f"{where}: {step.reason.text}"


def _outcome(
    name: str,
    limit: str,
    figure: str,
    detail: Sequence[str],
    *,
    passed: bool,
) -> Outcome:
    """One that is kept needs no detail."""
    shown: tuple[str, ...] = ()
    if not passed:
        shown = tuple(detail)
    return Outcome(name, limit, figure, passed, shown)
