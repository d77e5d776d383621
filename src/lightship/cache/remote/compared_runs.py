"""The runs of one build in a history, under any setting: as `replay_ci` counts them."""

from __future__ import annotations

from lightship.build import Build
from lightship.cache.builders import Builder
from lightship.cache.remote.ci_results import SettingResult
from lightship.cache.remote.keyed_runs import Changing, KeyedRuns, keyed_runs
from lightship.cache.remote.replay_ci import days_of, patterns_of, takes_git
from lightship.cache.remote.replayed_run import CiHistory
from lightship.cache.remote.setting import CacheSetting
from lightship.cache.remote.simulate import Selects, Simulation
from lightship.cache.times.build_time import Times


class ComparedRuns:
    """The runs of a Dockerfile, whose keys are worked out once for all settings."""

    def __init__(
        self,
        history: CiHistory,
        build: Build,
        builder: Builder,
        times: Times | None,
    ) -> None:
        self.history = history
        self.times = times
        self._build = build
        self._builder = builder
        self._keyed: dict[object, KeyedRuns] = {}
        self.days = 0.0

    def result(
        self,
        setting: CacheSetting,
        selects: Selects,
        changing: Changing,
        *,
        with_git: bool,
        overwritten: bool = False,
    ) -> SettingResult:
        """All runs under a setting. A ParseError for what BuildKit would refuse."""
        keyed = self._keys(setting, changing, with_git=with_git)
        has_git = with_git and takes_git(keyed)
        simulation = Simulation(
            keyed,
            self.history.branch,
            selects,
            self.times,
            with_git=has_git,
        )
        return simulation.result(setting, overwritten=overwritten)

    def _keys(
        self,
        setting: CacheSetting,
        changing: Changing,
        *,
        with_git: bool,
    ) -> KeyedRuns:
        patterns = patterns_of(setting, self.history.prefix)
        asked = (
            tuple(changing.items()),
            with_git,
            tuple(patterns.items()),
        )
        known = self._keyed.get(asked)
        if known is not None:
            return known

        keyed = keyed_runs(
            self.history,
            self._build,
            self._builder,
            changing,
            with_git=with_git,
            patterns=patterns,
        )
        self._keyed[asked] = keyed
        self.days = days_of(keyed.runs)
        return keyed
