"""`Tally`: what the commits of a replay come to, step by step, file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field

from lightship.cache.causes import Cause
from lightship.cache.development_files import is_for_development
from lightship.cache.explain.explanation import StepResult
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
class _Row:
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
    rows: tuple[_Row, ...]
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
        self._rows: list[_Row] = []
        self._current: tuple[_Row, ...] = ()
        self._builds: list[_Built] = []
        self._costs: dict[str, _Cost] = {}

    def open(self, steps: Sequence[Planned], twins: Mapping[int, Planned]) -> None:
        """Another Dockerfile: a step that stands for an earlier one (`twins`, by number) goes
        on in its row.
        """
        before = self._current
        rows = []
        for step in steps:
            twin = twins.get(step.number)
            row = (
                before[twin.number]
                if twin is not None and twin.number < len(before)
                else _Row(step)
            )
            if row not in self._rows:
                self._rows.append(row)
            row.step = step
            rows.append(row)
        self._current = tuple(rows)

    def fail(self, revision: Revision, why: str) -> None:
        """A commit that cannot be built at all."""
        self._builds.append(_Built(revision, (), (), (), (), 0, failed=why))

    def add(
        self,
        revision: Revision,
        keyed: Sequence[Keyed],
        steps: Sequence[StepResult],
        sent: int,
    ) -> None:
        """A commit's build."""
        number = len(self._builds)
        missed = tuple(
            at
            for at, step in enumerate(steps)
            if not step.hit and keyed[at].key is not None
        )
        for at, (row, each, step) in enumerate(
            zip(self._current, keyed, steps, strict=True)
        ):
            row.fates[number] = _fate(each, step)
            if at in missed:
                self._reason(row, step, steps)
        failing = next(
            (
                step.reason.text
                for step, each in zip(steps, keyed, strict=True)
                if each.missing
            ),
            "",
        )
        plan = tuple(each.step for each in keyed)
        texts = tuple(steps[at].reason.text for at in missed)
        own = [steps[at] for at in missed if steps[at].reason.cause not in _CAUSED]
        needless = bool(own) and all(_is_needless(step) for step in own)
        self._builds.append(
            _Built(
                revision, plan, self._current, missed, texts, sent, needless, failing
            )
        )
        self._cost(number, steps, missed)

    def replay(self, notes: tuple[str, ...], *, historic: bool) -> Replay:
        """All of it; the steps of the newest Dockerfile first, then those that are gone."""
        rows = [
            *self._current,
            *(row for row in self._rows if row not in self._current),
        ]
        places = {id(row): at for at, row in enumerate(rows)}
        seconds = [self._seconds(row) for row in rows]
        commits = tuple(self._result(build, places) for build in self._builds)
        total = sum(each.seconds or 0.0 for each in commits) if self._times else None
        stamps = [build.revision.commit.time for build in self._builds]
        newest = tuple(row.step for row in self._current)
        whole = critical_path(
            range(len(newest)), newest, [self._seconds(row) for row in self._current]
        )
        return Replay(
            tuple(
                self._history(row, each)
                for row, each in zip(rows, seconds, strict=True)
            ),
            commits,
            self._files(commits),
            notes,
            self._times,
            total,
            whole if self._times else None,
            (max(stamps) - min(stamps)) / _DAY if stamps else 0.0,
            historic=historic,
        )

    def _reason(self, row: _Row, step: StepResult, steps: Sequence[StepResult]) -> None:
        """Rank by what a person would look at: the file, the directory, the step that it
        began with.
        """
        cause, paths = step.reason.cause, step.reason.paths
        if cause is Cause.PARENT:
            first = next(
                (each for each in steps if each.line == step.reason.line), None
            )
            text = (
                f"line {first.line} before it is rebuilt"
                if first is not None
                else step.reason.text
            )
            row.reasons[cause, text] += 1
        elif cause is Cause.FILES:
            for text in {_place(path) for path in paths}:
                row.reasons[cause, text] += 1
                found = row.paths.setdefault((cause, text), Counter())
                found.update(path for path in paths if _place(path) == text)
        else:
            row.reasons[cause, step.reason.text] += 1

    def _cost(
        self, number: int, steps: Sequence[StepResult], missed: Sequence[int]
    ) -> None:
        """The files that a build's rebuilds began with, and the steps that each of them brought."""
        brought: dict[str, set[int]] = {}
        for at in missed:
            reason = steps[at].reason
            if reason.cause is Cause.FILES:
                behind = {
                    other
                    for other in missed
                    if steps[other].reason.line == steps[at].line
                }
                for path in reason.paths:
                    brought.setdefault(path, set()).update({at}, behind)
        for path, found in brought.items():
            cost = self._costs.setdefault(path, _Cost())
            cost.commits += 1
            cost.steps += len(found)
            cost.builds.append((number, len(brought)))

    def _files(self, commits: Sequence[CommitResult]) -> tuple[CostlyFile, ...]:
        """The costliest first; the seconds of a build are shared by the files that it began
        with.
        """
        found = []
        for path, cost in self._costs.items():
            shares = sum(
                (commits[number].seconds or 0.0) / among
                for number, among in cost.builds
            )
            found.append(
                CostlyFile(
                    path, cost.commits, cost.steps, shares if self._times else None
                )
            )
        return tuple(
            sorted(
                found,
                key=lambda file: (
                    -(file.seconds or 0),
                    -file.steps,
                    -file.commits,
                    file.path,
                ),
            )
        )

    def _result(self, build: _Built, places: Mapping[int, int]) -> CommitResult:
        seconds = None
        if self._times:
            seconds = critical_path(
                build.missed, build.steps, [self._seconds(row) for row in build.rows]
            )
        return CommitResult(
            build.revision.commit,
            tuple(places[id(build.rows[at])] for at in build.missed),
            len(build.revision.changes),
            build.sent,
            build.needless,
            seconds,
            build.failed,
            build.texts,
        )

    def _seconds(self, row: _Row) -> float | None:
        return self._times.seconds.get(row.step.line) if self._times else None

    def _history(self, row: _Row, seconds: float | None) -> StepHistory:
        fates = "".join(
            row.fates.get(number, Fate.ABSENT) for number in range(len(self._builds))
        )
        reasons = tuple(
            RankedReason(cause, text, count, _most(row.paths.get((cause, text))))
            for (cause, text), count in row.reasons.most_common()
        )
        step = row.step
        return StepHistory(
            step.stage,
            step.line,
            text_of(step),
            fates.count(Fate.MISS),
            fates,
            reasons,
            seconds,
        )


def _fate(keyed: Keyed, step: StepResult) -> str:
    if keyed.key is None:
        return Fate.FAILED if keyed.missing else Fate.SKIPPED
    return Fate.HIT if step.hit else Fate.MISS


def _place(path: str) -> str:
    """A file at the root of the context, or the directory there that it is in."""
    first, slash, _ = path.partition("/")
    return f"files in `{first}/` changed" if slash else f"`{first}` changed"


def _is_needless(step: StepResult) -> bool:
    """Whether a step was rebuilt for files alone that no image needs."""
    return step.reason.cause is Cause.FILES and all(
        map(is_for_development, step.reason.paths)
    )


def _most(paths: Counter[str] | None) -> tuple[str, ...]:
    return tuple(path for path, _ in paths.most_common(_MOST_PATHS)) if paths else ()
