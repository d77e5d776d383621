"""What each finding about CI costs: the history with the mistake, and without it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.builds.ci.ci_build import CiBuild, ContextKind
from lightship.builds.ci.ci_file import CiFile
from lightship.builds.definition import BuildDefinition
from lightship.cache.builders import read_builder
from lightship.cache.remote.ci_results import SettingResult
from lightship.cache.remote.ci_selects import is_built
from lightship.cache.remote.compared_runs import ComparedRuns
from lightship.cache.remote.finding_cost import FindingCost, WithAndWithout, cost_of
from lightship.cache.remote.replayed_run import ReplayedRun
from lightship.cache.times.build_time import Times
from lightship.errors import LightshipError, UsageError
from lightship.flows.build_options import BuildOptions
from lightship.flows.cache.ci_settings import days_between, rivals_of, setting_of
from lightship.flows.cache.sides import open_repository
from lightship.flows.cache.times import TimesOptions, times_of
from lightship.flows.cost_request import CostRequest
from lightship.flows.tell import Tell
from lightship.history import open_history
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.rule import CiCure

_BUILDER = "buildkit-containerd"


class CostFinder:
    """Replays the history of the builds in CI of a repository.

    `root` is its directory, `known` are all its builds; `tell` is told which cannot be replayed. A
    GitError where there is no history.
    """

    def __init__(
        self,
        root: str,
        known: Sequence[CiBuild],
        options: BuildOptions,
        request: CostRequest,
        tell: Tell,
    ) -> None:
        open_history(root)
        self._root = root
        self._known = known
        self._options = options
        self._request = request
        self._tell = tell
        self._runs: dict[object, ComparedRuns | None] = {}
        self._has_times = False

    def cost(self, file: CiFile, item: Diagnostic) -> FindingCost | None:
        """What a finding costs; None where a replay cannot tell."""
        cured = item.rule.cured
        if cured is None:
            return None
        pairs: list[WithAndWithout] = []
        days = 0.0
        for build in _builds_at(file, item):
            runs = self._runs_of(build)
            if runs is None:
                continue
            pair = self._pair(file, build, cured, runs)
            if pair is not None:
                pairs.append(pair)
                days = max(days, runs.days)
        if not pairs:
            return None
        return cost_of(pairs, days)

    def check_times(self) -> None:
        """A UsageError where times were asked for, and are those of no build."""
        times = self._request.times
        if times and not self._has_times:
            names = ", ".join(times)
            raise UsageError(f"{names}: no step of the builds in CI has a time there")

    def _pair(
        self,
        file: CiFile,
        build: CiBuild,
        cured: CiCure,
        runs: ComparedRuns,
    ) -> WithAndWithout | None:
        """What the runs come to as they are, and without the mistake."""
        better = cured(file, build)
        if better is None:
            return None
        branch = runs.history.branch
        is_freed = False
        if rivals_of(build, self._known, branch):
            # Others replace its cache: the replay counts that where they would no longer
            others = [cured(file, other) or other for other in self._known]
            is_freed = not rivals_of(better, others, branch)
        now = self._result(build, runs, overwritten=is_freed)
        then = self._result(better, runs)
        return WithAndWithout(now, then)

    def _result(
        self,
        build: CiBuild,
        runs: ComparedRuns,
        *,
        overwritten: bool = False,
    ) -> SettingResult:
        branch = runs.history.branch

        def selects(run: ReplayedRun) -> bool:
            return is_built(build, run, branch)

        changing = {arg.name: arg.changes for arg in build.changing_args}
        return runs.result(
            setting_of(build),
            selects,
            changing,
            with_git=build.context is ContextKind.PATH,
            overwritten=overwritten,
        )

    def _runs_of(self, build: CiBuild) -> ComparedRuns | None:
        """The history of a build; None where it cannot be replayed."""
        definition = build.definition
        if definition is None or definition.inline is not None:
            return None
        days = days_between(build, self._root)
        args = sorted(definition.args.items(), key=repr)
        asked = (
            definition.dockerfile,
            definition.context,
            definition.target,
            tuple(args),
            days,
        )
        if asked in self._runs:
            return self._runs[asked]

        runs: ComparedRuns | None = None
        try:
            runs = self._read(definition, days)
        except LightshipError as error:
            self._tell(f"no cost of {definition.dockerfile}: {error}")
        self._runs[asked] = runs
        return runs

    def _read(self, definition: BuildDefinition, days: int) -> ComparedRuns:
        context = os.path.join(self._root, definition.context)
        dockerfile = os.path.join(self._root, definition.dockerfile)
        options = replace(self._options, definition=definition, dockerfile=dockerfile)
        repository = open_repository(context, options)
        today = repository.today()
        times = self._times(today, context, dockerfile)
        past = repository.history.ci_runs(
            self._request.commits,
            self._request.branch,
            schedule=days,
        )
        builder = read_builder(_BUILDER)
        return ComparedRuns(past, today, builder, times)

    def _times(self, today: Build, context: str, dockerfile: str) -> Times | None:
        """The times of a build; None where those that are named are of another one."""
        if not self._request.times:
            return None
        asked = TimesOptions(self._request.times)
        try:
            times = times_of(asked, today, context, dockerfile)
        except UsageError:
            return None
        self._has_times = True
        return times


def _builds_at(file: CiFile, item: Diagnostic) -> tuple[CiBuild, ...]:
    """The builds of the step that a finding is about: the last one that begins above it."""
    line = file.lines.line(item.finding.span.start)
    steps = file.steps
    above = [builds for builds in steps if builds[0].line <= line]
    if above:
        return above[-1]
    if not steps:
        return ()
    return steps[0]
