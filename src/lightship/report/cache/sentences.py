"""What is said of a build, and of advice from the two replays that prove it."""

from __future__ import annotations

from lightship.cache.advice.advised import Advice, Advised
from lightship.cache.advice.project_installs import installs_project_alone
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
    if not explanation.steps:
        return "No steps."
    text = f"{_rebuilt(explanation)}{_seconds(explanation)}"
    failing = _failing_line(explanation)
    if failing:
        return f"{text}; the build fails at line {failing:,}"
    return text


def _failing_line(explanation: Explanation) -> int:
    """The line of the step at which the build fails; 0 where it does not.

    BuildKit fails before it comes to the steps above that line: they fail too, but are not why.
    """
    reasons = [step.reason for step in explanation.steps]
    for reason in reasons:
        if reason.cause is Cause.FAILS and reason.line:
            return reason.line
    return 0


def _rebuilt(explanation: Explanation) -> str:
    number = missed(explanation)
    if not number:
        return "No step is rebuilt"
    steps = count(len(explanation.steps), "step")
    verb = "is" if number == 1 else "are"
    return f"{number:,} of {steps} {verb} rebuilt"


def _seconds(explanation: Explanation) -> str:
    if explanation.seconds is None:
        return ""
    text = f", {duration(explanation.seconds)}"
    if explanation.seconds_of_all is None:
        return text
    return f"{text} of {duration(explanation.seconds_of_all)}"


def claim(advice: Advice) -> str:
    """`87 % of 500 commits would reinstall dependencies; with this change 9 %: 41 min saved …`."""
    gain = saving(advice)
    step = gain.before
    if step is None:
        return saved(advice, gain)

    commits = len(advice.before.commits)
    old_rebuilds = step.rebuilt
    new_rebuilds = gain.after.rebuilt if gain.after else 0
    before = percent_of(old_rebuilds, commits)
    after = percent_of(new_rebuilds, commits)
    if before == after:  # in whole percent
        before = percent_of(old_rebuilds, commits, 1)
        after = percent_of(new_rebuilds, commits, 1)

    what = step_phrases.would(step)
    start = f"{before} of {count(commits, 'commit')} would {what}"
    return f"{start}; with this change {after}: {saved(advice, gain)}"


def saved(advice: Advice, gain: Saving) -> str:
    """Seconds over the history and per week, where there are times; else rebuilt steps."""
    old = advice.before
    new = advice.after
    lighter = [step for step in new.steps if installs_project_alone(step, new.steps)]
    if gain.seconds is None and gain.steps <= 0 and lighter:
        return "what is rebuilt in its place installs the project alone"
    if gain.seconds is None:
        return f"{rebuilt(new):,} steps rebuilt in all instead of {rebuilt(old):,}"
    seconds = f"{about(old)}{duration(gain.seconds)}"
    text = f"{seconds} saved over {timespan(old.days)}"
    week = per_week(old, gain.seconds)
    if week is None:
        return text
    return f"{text}, {duration(week)} a week at your rate of commits"


def about(replay: Replay) -> str:
    """The word before seconds that are estimated."""
    return "about " if replay.times and replay.times.estimated else ""


def tried(advised: Advised) -> str:
    """What to say without advice: how many changes were replayed without effect."""
    if not advised.tried:
        return "No change was found to try."
    was = "was" if advised.tried == 1 else "were"
    changes = f"{count(advised.tried, 'change')} {was} replayed"
    commits = count(len(advised.before.commits), "commit")
    return f"{changes} over {commits}: {NOTHING}."


def safety(advice: Advice) -> str:
    """Whether the image stays the same, or what to look at."""
    if advice.safe:
        return "safe: the image stays the same"
    return f"review it first: {advice.caution or 'the image may change'}"
