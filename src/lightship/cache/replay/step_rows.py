"""`StepRow`: one step over the commits of a replay, and why it was rebuilt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import field

from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Reason
from lightship.cache.plan.plan import Planned
from lightship.cache.plan.step_names import text_of
from lightship.cache.replay.results import Fate, RankedReason, StepHistory
from lightship.record import record

_MOST_PATHS = 5  # of a ranked reason
_Ranked = tuple[Cause, str]  # a reason: its cause and its text


@record(eq=False, frozen=False)
class StepRow:
    """One step over all commits, as far as it was gone.

    `step` is as the newest Dockerfile has it, `fates` are by the number of the commit.
    """

    step: Planned
    fates: dict[int, str] = field(default_factory=dict)
    reasons: Counter[_Ranked] = field(default_factory=Counter)
    paths: dict[_Ranked, Counter[str]] = field(default_factory=dict)

    def add(self, reason: Reason, lines: Collection[int]) -> None:
        """Count a reason by what a person would look at: the file, the directory, the first step.

        `lines` are those of all steps of the build.
        """
        cause = reason.cause
        if cause is Cause.FILES:
            self._add_files(reason)
            return

        text = reason.text
        if cause is Cause.PARENT and reason.line in lines:
            text = f"line {reason.line} before it is rebuilt"
        self.reasons[cause, text] += 1

    def _add_files(self, reason: Reason) -> None:
        """Each place counts once, however many files changed there."""
        places: dict[_Ranked, None] = {}
        for path in reason.paths:
            place = (reason.cause, _place(path))
            places[place] = None
            paths = self.paths.setdefault(place, Counter())
            paths[path] += 1
        self.reasons.update(places.keys())

    def history(self, commits: int, seconds: float | None) -> StepHistory:
        """What became of the step in each of so many commits; `seconds` are those of one run."""
        step = self.step
        by_commit = self.fates
        in_order = [by_commit.get(commit, Fate.ABSENT) for commit in range(commits)]
        fates = "".join(in_order)
        reasons = self._ranked_reasons()
        return StepHistory(
            stage=step.stage,
            line=step.line,
            instruction=text_of(step),
            rebuilt=fates.count(Fate.MISS),
            fates=fates,
            reasons=tuple(reasons),
            seconds=seconds,
        )

    def _ranked_reasons(self) -> Iterator[RankedReason]:
        """The reasons for the rebuilds, the most frequent first."""
        for ranked, count in self.reasons.most_common():
            cause, text = ranked
            paths = self.paths.get(ranked, Counter())
            most = paths.most_common(_MOST_PATHS)
            named = [path for path, _commits in most]
            yield RankedReason(cause, text, count, tuple(named))


def _place(path: str) -> str:
    """A file at the root of the context, or the directory there that it is in."""
    first, slash, _rest = path.partition("/")
    if slash:
        return f"files in `{first}/` changed"
    return f"`{first}` changed"
