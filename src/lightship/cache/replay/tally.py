"""`Tally`: what the commits of a replay come to, step by step, file by file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lightship.cache.causes import Cause
from lightship.cache.development_files import is_for_development
from lightship.cache.explain.explanation import Reason, StepResult
from lightship.cache.keys.keys import Keyed
from lightship.cache.plan.plan import Planned
from lightship.cache.replay.costly_files import FileCosts
from lightship.cache.replay.past import Revision
from lightship.cache.replay.results import CommitResult, Fate, Replay
from lightship.cache.replay.step_rows import StepRow
from lightship.cache.times.build_time import Times, critical_path
from lightship.record import record

_DAY = 86_400
_CAUSED = (Cause.PARENT, Cause.STAGE)  # by another step that was rebuilt


@record(eq=False)
class _Built:
    """One commit's build: its steps, the row of each, and those that missed, by number.

    `texts` say why each of them missed.
    """

    revision: Revision
    steps: tuple[Planned, ...] = ()
    rows: tuple[StepRow, ...] = ()
    missed: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    sent: int = 0
    needless: bool = False
    failed: str = ""


class Tally:
    """Grows commit by commit; `open` tells it of another Dockerfile."""

    def __init__(self, times: Times | None) -> None:
        self._times = times
        self._rows: list[StepRow] = []
        self._current: tuple[StepRow, ...] = ()
        self._builds: list[_Built] = []
        self._costs = FileCosts()

    def open(self, steps: Sequence[Planned], twins: Mapping[int, Planned]) -> None:
        """Another Dockerfile: a step that stands for an earlier one goes on in its row.

        `twins` are the earlier ones, by the number of the step now.
        """
        before = self._current
        rows: list[StepRow] = []
        for step in steps:
            twin = twins.get(step.number)
            if twin is not None and twin.number < len(before):
                row = before[twin.number]
                row.step = step
            else:
                row = StepRow(step)
            if row not in self._rows:
                self._rows.append(row)
            rows.append(row)
        self._current = tuple(rows)

    def fail(self, revision: Revision, why: str) -> None:
        """A commit that cannot be built at all."""
        nothing_built = _Built(revision, failed=why)
        self._builds.append(nothing_built)

    def add(
        self,
        revision: Revision,
        keyed: Sequence[Keyed],
        results: Sequence[StepResult],
        sent: int,
    ) -> None:
        """A commit's build."""
        number = len(self._builds)
        rows = self._current
        lines = {result.line for result in results}
        missed: list[int] = []
        reasons: list[Reason] = []
        failed = ""
        for at, row in enumerate(rows):
            new = keyed[at]
            result = results[at]
            fate = _fate(new, result)
            row.fates[number] = fate
            if fate == Fate.MISS:
                missed.append(at)
                reasons.append(result.reason)
                row.add(result.reason, lines)
            if new.missing and not failed:
                failed = result.reason.text

        steps = [new.step for new in keyed]
        texts = [reason.text for reason in reasons]
        built = _Built(
            revision=revision,
            steps=tuple(steps),
            rows=rows,
            missed=tuple(missed),
            texts=tuple(texts),
            sent=sent,
            needless=_is_needless(reasons),
            failed=failed,
        )
        self._builds.append(built)
        self._costs.add(number, results, missed)

    def replay(self, notes: tuple[str, ...], *, historic: bool) -> Replay:
        """All of it; the steps of the newest Dockerfile first, then those that are gone."""
        current = self._current
        gone = [row for row in self._rows if row not in current]
        rows = [*current, *gone]
        histories = [row.history(len(self._builds), self._seconds(row)) for row in rows]
        places = {id(row): at for at, row in enumerate(rows)}
        commits = [self._result(build, places) for build in self._builds]

        total = whole = seconds = None
        if self._times:
            seconds = [commit.seconds or 0.0 for commit in commits]
            total = sum(seconds)
            whole = self._whole_build()
        files = self._costs.ranked(seconds)
        return Replay(
            steps=tuple(histories),
            commits=tuple(commits),
            files=tuple(files),
            notes=notes,
            times=self._times,
            seconds=total,
            seconds_per_build=whole,
            days=self._days(),
            historic=historic,
        )

    def _result(self, build: _Built, places: Mapping[int, int]) -> CommitResult:
        """A commit's build; `places` are the places of all rows, by their id."""
        missed: list[int] = []
        for at in build.missed:
            row = build.rows[at]
            place = places[id(row)]
            missed.append(place)

        seconds: float | None = None
        if self._times:
            of_steps = [self._seconds(row) for row in build.rows]
            seconds = critical_path(build.missed, build.steps, of_steps)

        revision = build.revision
        return CommitResult(
            commit=revision.commit,
            missed=tuple(missed),
            changed=len(revision.changes),
            sent=build.sent,
            needless=build.needless,
            seconds=seconds,
            failed=build.failed,
            causes=build.texts,
        )

    def _whole_build(self) -> float:
        """The seconds of a build of the newest Dockerfile, with nothing in the cache."""
        rows = self._current
        steps = [row.step for row in rows]
        seconds = [self._seconds(row) for row in rows]
        everything = range(len(rows))
        return critical_path(everything, steps, seconds)

    def _seconds(self, row: StepRow) -> float | None:
        times = self._times
        if times is None:
            return None
        return times.of_line(row.step.line)

    def _days(self) -> float:
        """The time between the first commit and the last."""
        stamps = [build.revision.commit.time for build in self._builds]
        if not stamps:
            return 0.0
        seconds = max(stamps) - min(stamps)
        return seconds / _DAY


def _fate(keyed: Keyed, step: StepResult) -> Fate:
    if keyed.key is not None:
        return Fate.HIT if step.hit else Fate.MISS
    return Fate.FAILED if keyed.missing else Fate.SKIPPED


def _is_needless(reasons: Sequence[Reason]) -> bool:
    """Whether all that was rebuilt was so for files alone that no image needs.

    What was rebuilt since another step was does not count.
    """
    own = [reason for reason in reasons if reason.cause not in _CAUSED]
    if not own:
        return False
    return all(map(_is_for_development, own))


def _is_for_development(reason: Reason) -> bool:
    if reason.cause is not Cause.FILES:
        return False
    return all(map(is_for_development, reason.paths))
