"""The baselines of a run of lint; nothing of them is imported where there are none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lightship.flows.lint import LintRequest, config_for_file
from lightship.lint.diagnostic import Report

if TYPE_CHECKING:
    from lightship.flows.baseline import Baseline
    from lightship.lint.known_findings import KnownFinding

USUAL = "lightship-baseline.jsonl"


class Baselines:
    """The baselines of a run: that of the command line, or else those of the configurations."""

    def __init__(self, request: LintRequest, path: str | None) -> None:
        self._request = request
        self._path = path
        # By path: several configurations may name the same one
        self._open: dict[str, Baseline] = {}
        if path is not None:
            self._baseline(path)

    def without_known(self, reports: Iterable[Report]) -> Iterator[Report]:
        """The Reports, without the findings that are known."""
        for report in reports:
            dockerfile = report.path
            baseline = self._of(dockerfile)
            if baseline is None:
                yield report
                continue
            from lightship.flows.baseline import rules_for  # noqa: PLC0415 - as below

            rules = rules_for(report, self._request)
            yield baseline.without_known(report, rules)

    def unseen(self) -> Iterator[tuple[str, list[KnownFinding]]]:
        """Of each file that has some: its path, and the findings that no longer occur."""
        opened = self._open.values()
        for baseline in opened:
            findings, _not_judged = baseline.left()
            if not findings:
                continue
            path = baseline.path
            yield path, findings

    def _of(self, dockerfile: str) -> Baseline | None:
        path = self._path
        if path is None:
            path = baseline_path(dockerfile, self._request)
        if path is None:
            return None
        return self._baseline(path)

    def _baseline(self, path: str) -> Baseline:
        known = self._open.get(path)
        if known is not None:
            return known
        from lightship.flows.baseline import open_baseline  # noqa: PLC0415 - most runs have none

        baseline = open_baseline(path)
        self._open[path] = baseline
        return baseline


def baseline_path(dockerfile: str, request: LintRequest) -> str | None:
    """The baseline that the configuration of a Dockerfile names; `-` is standard input."""
    config = config_for_file(dockerfile, request)
    name = config.baseline
    if not name:
        return None
    source = config.source
    if source is None:
        return None

    # It is named from the directory of the configuration
    place = os.path.abspath(source)
    folder = os.path.dirname(place)
    path = os.path.join(folder, name)
    return os.path.relpath(path)
