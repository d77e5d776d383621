"""`Tally`: what the commits of a replay come to, step by step, file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field

from lightship.cache.causes import Cause
from lightship.cache.development_files import is_for_development
from lightship.cache.explain.explanation import Reason, StepResult
from lightship.cache.keys.keys import Keyed
from lightship.cache.plan.make_plan import text_of
from lightship.cache.plan.plan import Planned
from lightship.cache.replay.past import Revision
from lightship.cache.replay.results import (
    CommitResult,
    CostlyFile,
    Fate,
    RankedReason,
    Replay,
    StepHistory,
)
from lightship.cache.times.build_time import Times, critical_path
from lightship.record import record

_MOST_PATHS = 5  # of a ranked reason
_DAY = 86_400
_CAUSED = (Cause.PARENT, Cause.STAGE)  # by another step that was rebuilt


@record(eq=False, frozen=False)
class _StepRow:
    """One step over all commits, as far as it was gone.

    `step` is as the newest Dockerfile has it.
    """

    step: Planned
    fates: dict[int, str] = field(default_factory=dict)
    reasons: Counter[tuple[Cause, str]] = field(default_factory=Counter)
    paths: dict[tuple[Cause, str], Counter[str]] = field(default_factory=dict)


@record(eq=False)
class _Built:
    """One commit's build: its steps, the row of each, and those that missed, by number."""

    revision: Revision
    steps: tuple[Planned, ...]
    rows: tuple[_StepRow, ...]
    missed: tuple[int, ...]
    texts: tuple[str, ...]
    sent: int
    needless: bool = False
    failed: str = ""


@record(eq=False, frozen=False)
class _Cost:
    """What a file had a part in: commits, steps, and the builds with the number of files that
    share each.
    """

    commits: int = 0
    steps: int = 0
    builds: list[tuple[int, int]] = field(default_factory=list)


class Tally:
    """Grows commit by commit; `open` tells it of another Dockerfile."""

    def __init__(self, times: Times | None) -> None:
        self._times = times
        self._rows: list[_StepRow] = []
        self._current: tuple[_StepRow, ...] = ()
        self._builds: list[_Built] = []
        self._costs: dict[str, _Cost] = {}

    def open(self, steps: Sequence[Planned], twins: Mapping[int, Planned]) -> None:
        """Another Dockerfile: a step that stands for an earlier one goes on in its row.

        `twins` are the earlier ones, by the number of the step now.
        """
        before = self._current
        rows: list[_StepRow] = []
        for step in steps:
            twin = twins.get(step.number)
            if twin is not None and twin.number < len(before):
                row = before[twin.number]
                row.step = step
            else:
                row = _StepRow(step)
            if row not in self._rows:
                self._rows.append(row)
            rows.append(row)
        self._current = tuple(rows)

    def fail(self, revision: Revision, why: str) -> None:
        """A commit that cannot be built at all."""
        self._builds.append(_Built(revision, (), (), (), (), 0, failed=why))

    def add(
        self,
        revision: Revision,
        keyed: Sequence[Keyed],
        results: Sequence[StepResult],
        sent: int,
    ) -> None:
        """A commit's build."""
        number = len(self._builds)
        missed: list[int] = []
        failed = ""
        rows = zip(self._current, keyed, results, strict=True)
        for at, (row, new, result) in enumerate(rows):
            row.fates[number] = _fate(new, result)
            if not result.hit and new.key is not None:
                missed.append(at)
                self._reason(row, result, results)
            if new.missing and not failed:
                failed = result.reason.text

        steps = [new.step for new in keyed]
        reasons = [results[at].reason for at in missed]
        texts = [reason.text for reason in reasons]
        built = _Built(
            revision,
            tuple(steps),
            self._current,
            tuple(missed),
            tuple(texts),
            sent,
            _is_needless(reasons),
            failed,
        )
        self._builds.append(built)
        self._cost(number, results, missed)

    def replay(self, notes: tuple[str, ...], *, historic: bool) -> Replay:
        """All of it; the steps of the newest Dockerfile first, then those that are gone."""
        gone = [row for row in self._rows if row not in self._current]
        rows = [*self._current, *gone]
        places = {id(row): at for at, row in enumerate(rows)}
        histories = [self._history(row) for row in rows]
        commits = tuple([self._result(build, places) for build in self._builds])

        total = whole = None
        if self._times:
            total = sum(commit.seconds or 0.0 for commit in commits)
            newest = [row.step for row in self._current]
            seconds = [self._seconds(row) for row in self._current]
            whole = critical_path(range(len(newest)), newest, seconds)
        return Replay(
            tuple(histories),
            commits,
            self._files(commits),
            notes,
            self._times,
            total,
            whole,
            self._days(),
            historic=historic,
        )

    def _days(self) -> float:
        """The time between the first commit and the last."""
        stamps = [build.revision.commit.time for build in self._builds]
        if not stamps:
            return 0.0
        return (max(stamps) - min(stamps)) / _DAY

    def _reason(
        self,
        row: _StepRow,
        result: StepResult,
        results: Sequence[StepResult],
    ) -> None:
        """Rank by what a person would look at: the file, the directory, the first step."""
        reason = result.reason
        cause = reason.cause
        if cause is Cause.FILES:
            self._file_reason(row, reason)
            return

        text = reason.text
        if cause is Cause.PARENT:
            lines = [step.line for step in results]
            if reason.line in lines:
                text = f"line {reason.line} before it is rebuilt"
        row.reasons[cause, text] += 1

    def _file_reason(self, row: _StepRow, reason: Reason) -> None:
        """Each place counts once, however many files changed there."""
        places: set[str] = set()
        for path in reason.paths:
            place = _place(path)
            key = (reason.cause, place)
            paths = row.paths.setdefault(key, Counter())
            paths[path] += 1
            if place not in places:
                row.reasons[key] += 1
                places.add(place)

    def _cost(
        self,
        number: int,
        steps: Sequence[StepResult],
        missed: Sequence[int],
    ) -> None:
        """The files that a build's rebuilds began with, and the steps that each of them brought."""
        brought: dict[str, set[int]] = {}
        for at in missed:
            reason = steps[at].reason
            if reason.cause is not Cause.FILES:
                continue
            line = steps[at].line
            # Each later step that was rebuilt because this one was
            caused = {later for later in missed if steps[later].reason.line == line}
            for path in reason.paths:
                rebuilt = brought.setdefault(path, set())
                rebuilt.add(at)
                rebuilt |= caused

        for path, rebuilt in brought.items():
            cost = self._costs.setdefault(path, _Cost())
            cost.commits += 1
            cost.steps += len(rebuilt)
            cost.builds.append((number, len(brought)))

    def _files(self, commits: Sequence[CommitResult]) -> tuple[CostlyFile, ...]:
        """The costliest first.

        The seconds of a build are shared by the files that it began with.
        """
        files: list[CostlyFile] = []
        for path, cost in self._costs.items():
            seconds = _share(cost, commits) if self._times else None
            files.append(CostlyFile(path, cost.commits, cost.steps, seconds))
        return tuple(sorted(files, key=_costliest))

    def _result(self, build: _Built, places: Mapping[int, int]) -> CommitResult:
        seconds = None
        if self._times:
            of_steps = [self._seconds(row) for row in build.rows]
            seconds = critical_path(build.missed, build.steps, of_steps)
        rows = [build.rows[at] for at in build.missed]
        missed = [places[id(row)] for row in rows]
        return CommitResult(
            build.revision.commit,
            tuple(missed),
            len(build.revision.changes),
            build.sent,
            build.needless,
            seconds,
            build.failed,
            build.texts,
        )

    def _seconds(self, row: _StepRow) -> float | None:
        if self._times is None:
            return None
        return self._times.seconds.get(row.step.line)

    def _history(self, row: _StepRow) -> StepHistory:
        step = row.step
        commits = range(len(self._builds))
        fates = "".join([row.fates.get(commit, Fate.ABSENT) for commit in commits])
        reasons: list[RankedReason] = []
        for key, count in row.reasons.most_common():
            cause, text = key
            paths = _most_common(row.paths.get(key))
            reasons.append(RankedReason(cause, text, count, paths))
        return StepHistory(
            step.stage,
            step.line,
            text_of(step),
            fates.count(Fate.MISS),
            fates,
            tuple(reasons),
            self._seconds(row),
        )


def _most_common(paths: Counter[str] | None) -> tuple[str, ...]:
    if paths is None:
        return ()
    most = paths.most_common(_MOST_PATHS)
    return tuple([path for path, _commits in most])


def _share(cost: _Cost, commits: Sequence[CommitResult]) -> float:
    """The seconds of the builds that a file had a part in, as far as they are its."""
    total = 0.0
    for number, sharing in cost.builds:
        seconds = commits[number].seconds or 0.0
        total += seconds / sharing
    return total


def _costliest(file: CostlyFile) -> tuple[float, int, int, str]:
    """By what files are sorted: seconds, steps, commits; then by path."""
    seconds = file.seconds or 0
    return -seconds, -file.steps, -file.commits, file.path


def _fate(keyed: Keyed, step: StepResult) -> str:
    if keyed.key is not None:
        return Fate.HIT if step.hit else Fate.MISS
    return Fate.FAILED if keyed.missing else Fate.SKIPPED


def _place(path: str) -> str:
    """A file at the root of the context, or the directory there that it is in."""
    first, slash, _ = path.partition("/")
    return f"files in `{first}/` changed" if slash else f"`{first}` changed"


def _is_needless(reasons: Sequence[Reason]) -> bool:
    """Whether all that was rebuilt was so for files alone that no image needs.

    What was rebuilt since another step was does not count.
    """
    own = [reason for reason in reasons if reason.cause not in _CAUSED]
    return bool(own) and all(map(_is_for_development, own))


def _is_for_development(reason: Reason) -> bool:
    is_of_files = reason.cause is Cause.FILES
    return is_of_files and all(map(is_for_development, reason.paths))
