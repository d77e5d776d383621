"""What is said of a build, and of advice from the two replays that prove it."""

from __future__ import annotations

from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Explanation
from lightship.cache.replay.results import Replay
from lightship.report.cache import step_phrases
from lightship.report.cache.replay_figures import (
    Saving,
    missed,
    per_week,
    rebuilt,
    saving,
)
from lightship.wording.counts import count
from lightship.wording.durations import duration, timespan
from lightship.wording.shares import percent_of

NOTHING = "none would have saved anything over this history"


def verdict(explanation: Explanation) -> str:
    """`3 of 8 steps are rebuilt, 41 s of 73 s`."""
    many, of = missed(explanation), len(explanation.steps)
    if not of:
        return "There are no steps."
    text = (
        f"{many:,} of {count(of, 'step')} {'is' if many == 1 else 'are'} rebuilt"
        if many
        else "No step is rebuilt"
    )
    if explanation.seconds is not None:
        text += f", {duration(explanation.seconds)}"
        if explanation.seconds_of_all is not None:
            text += f" of {duration(explanation.seconds_of_all)}"
    fails = next(
        (step.line for step in explanation.steps if step.reason.cause is Cause.FAILS),
        None,
    )
    return text if fails is None else f"{text}; the build fails at line {fails:,}"


def claim(advice: Advice) -> str:
    """`87 % of 500 commits would reinstall dependencies; with this change 9 %: 41 min saved …`."""
    found = saving(advice)
    many = len(advice.before.commits)
    step = found.before
    if step is None:
        return saved(advice, found)
    counts = step.rebuilt, found.after.rebuilt if found.after else 0
    before, after = (percent_of(each, many) for each in counts)
    if before == after:  # in whole percent
        before, after = (percent_of(each, many, 1) for each in counts)
    start = f"{before} of {count(many, 'commit')} would {step_phrases.would(step)}"
    return f"{start}; with this change {after}: {saved(advice, found)}"


def saved(advice: Advice, found: Saving) -> str:
    """Seconds over the history and per week, where there are times; else rebuilt steps."""
    if found.seconds is None:
        return f"{rebuilt(advice.after):,} steps rebuilt in all instead of {rebuilt(advice.before):,}"
    text = f"{about(advice.before)}{duration(found.seconds)} saved over {timespan(advice.before.days)}"
    week = per_week(advice.before, found.seconds)
    return (
        text
        if week is None
        else f"{text}, {duration(week)} a week at your rate of commits"
    )


def about(replay: Replay) -> str:
    """The word before seconds that are estimated."""
    return "about " if replay.times and replay.times.estimated else ""


def tried(advised: Advised) -> str:
    """What there is to say without advice: how many changes were replayed, in vain."""
    if not advised.tried:
        return "There is no change to try."
    changes = f"{count(advised.tried, 'change')} {'was' if advised.tried == 1 else 'were'} replayed"
    return f"{changes} over {count(len(advised.before.commits), 'commit')}: {NOTHING}."


def safety(advice: Advice) -> str:
    """Whether the image stays the same, or what to look at."""
    if advice.safe:
        return "safe: the image stays the same"
    return f"look at it first: {advice.caution or 'the image may differ'}"
