"""`Tally`: what the commits of a replay come to, step by step, file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
_Ranked = tuple[Cause, str]  # a reason: its cause and its text


@record(eq=False, frozen=False)
class _StepRow:
    """One step over all commits, as far as it was gone.

    `step` is as the newest Dockerfile has it.
    """

    step: Planned
    fates: dict[int, str] = field(default_factory=dict)
    reasons: Counter[_Ranked] = field(default_factory=Counter)
    paths: dict[_Ranked, Counter[str]] = field(default_factory=dict)


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
        nothing_built = _Built(revision, (), (), (), (), 0, failed=why)
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
        missed: list[int] = []
        reasons: list[Reason] = []
        failed = ""
        rows = zip(self._current, keyed, results, strict=True)
        for at, (row, new, result) in enumerate(rows):
            row.fates[number] = _fate(new, result)
            if not result.hit and new.key is not None:
                missed.append(at)
                reasons.append(result.reason)
                self._reason(row, result, results)
            if new.missing and not failed:
                failed = result.reason.text

        steps = [new.step for new in keyed]
        texts = [reason.text for reason in reasons]
        built = _Built(
            revision=revision,
            steps=tuple(steps),
            rows=self._current,
            missed=tuple(missed),
            texts=tuple(texts),
            sent=sent,
            needless=_is_needless(reasons),
            failed=failed,
        )
        self._builds.append(built)
        self._cost(number, results, missed)

    def replay(self, notes: tuple[str, ...], *, historic: bool) -> Replay:
        """All of it; the steps of the newest Dockerfile first, then those that are gone."""
        current = self._current
        gone = [row for row in self._rows if row not in current]
        rows = [*current, *gone]
        places = {id(row): at for at, row in enumerate(rows)}
        histories = [self._history(row) for row in rows]
        commits = [self._result(build, places) for build in self._builds]

        total = whole = None
        if self._times:
            total = sum(commit.seconds or 0.0 for commit in commits)
            whole = self._whole_build()
        return Replay(
            steps=tuple(histories),
            commits=tuple(commits),
            files=self._files(commits),
            notes=notes,
            times=self._times,
            seconds=total,
            seconds_per_build=whole,
            days=self._days(),
            historic=historic,
        )

    def _whole_build(self) -> float:
        """The seconds of a build of the newest Dockerfile, with nothing in the cache."""
        rows = self._current
        steps = [row.step for row in rows]
        seconds = [self._seconds(row) for row in rows]
        everything = range(len(rows))
        return critical_path(everything, steps, seconds)

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
            _add_files(row, reason)
            return

        text = reason.text
        if cause is Cause.PARENT:
            lines = [step.line for step in results]
            if reason.line in lines:
                text = f"line {reason.line} before it is rebuilt"
        row.reasons[cause, text] += 1

    def _cost(
        self,
        number: int,
        steps: Sequence[StepResult],
        missed: Sequence[int],
    ) -> None:
        """The files that a build's rebuilds began with, and the steps that each of them brought."""
        brought: dict[str, set[int]] = {}
        for at in missed:
            step = steps[at]
            if step.reason.cause is not Cause.FILES:
                continue
            # It, and each later step that was rebuilt because it was
            rebuilt = {at}
            for later in missed:
                if steps[later].reason.line == step.line:
                    rebuilt.add(later)
            for path in step.reason.paths:
                of_path = brought.setdefault(path, set())
                of_path |= rebuilt

        sharing = len(brought)
        for path, of_path in brought.items():
            cost = self._costs.setdefault(path, _Cost())
            cost.commits += 1
            cost.steps += len(of_path)
            cost.builds.append((number, sharing))

    def _files(self, commits: Sequence[CommitResult]) -> tuple[CostlyFile, ...]:
        """The costliest first.

        The seconds of a build are shared by the files that it began with.
        """
        files: list[CostlyFile] = []
        for path, cost in self._costs.items():
            seconds = _share(cost, commits) if self._times else None
            file = CostlyFile(path, cost.commits, cost.steps, seconds)
            files.append(file)
        files.sort(key=_costliest)
        return tuple(files)

    def _result(self, build: _Built, places: Mapping[int, int]) -> CommitResult:
        """A commit's build; `places` are the places of all rows, by their id."""
        seconds = None
        if self._times:
            of_steps = [self._seconds(row) for row in build.rows]
            seconds = critical_path(build.missed, build.steps, of_steps)

        rows = [build.rows[at] for at in build.missed]
        missed = [places[id(row)] for row in rows]
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

    def _seconds(self, row: _StepRow) -> float | None:
        times = self._times
        if times is None:
            return None
        line = row.step.line
        return times.seconds.get(line)

    def _history(self, row: _StepRow) -> StepHistory:
        step = row.step
        commits = range(len(self._builds))
        fates = "".join([row.fates.get(commit, Fate.ABSENT) for commit in commits])
        reasons = _ranked_reasons(row)
        return StepHistory(
            stage=step.stage,
            line=step.line,
            instruction=text_of(step),
            rebuilt=fates.count(Fate.MISS),
            fates=fates,
            reasons=tuple(reasons),
            seconds=self._seconds(row),
        )


def _add_files(row: _StepRow, reason: Reason) -> None:
    """Add files that a step was rebuilt for.

    Each place counts once, however many files changed there.
    """
    places: set[str] = set()
    for path in reason.paths:
        place = _place(path)
        ranked = (reason.cause, place)
        paths = row.paths.setdefault(ranked, Counter())
        paths[path] += 1
        if place not in places:
            row.reasons[ranked] += 1
            places.add(place)


def _ranked_reasons(row: _StepRow) -> Iterator[RankedReason]:
    """The reasons for a step's rebuilds, the most frequent first."""
    for ranked, count in row.reasons.most_common():
        cause, text = ranked
        paths = row.paths.get(ranked, Counter())
        most = paths.most_common(_MOST_PATHS)
        named = [path for path, _commits in most]
        yield RankedReason(cause, text, count, tuple(named))


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
    first, slash, _rest = path.partition("/")
    if slash:
        return f"files in `{first}/` changed"
    return f"`{first}` changed"


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
