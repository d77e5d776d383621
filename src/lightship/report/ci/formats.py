"""The formats that builds in CI are shown in; each is a module, imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, cast

from lightship.builds.ci.ci_build import CiBuild, Driver
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.record import record
from lightship.report.kit.view import View

if TYPE_CHECKING:
    from lightship.cache.remote.finding_cost import FindingCost

FORMATS = {
    "text": "lightship.report.ci.as_text",
    "json": "lightship.report.ci.as_json",
    "markdown": "lightship.report.ci.as_markdown",
}


@record(eq=False)
class CiFinding:
    """A finding on a line of a file, with what it costs where that is known."""

    line: int
    item: Diagnostic
    cost: FindingCost | None = None


@record(eq=False)
class CiStepRow:
    """A step or command that builds: its builds, several where a matrix has them, and findings."""

    builds: tuple[CiBuild, ...]
    findings: tuple[CiFinding, ...] = ()

    @property
    def told(self) -> tuple[CiBuild, ...]:
        """The builds that may run; all where none does, as of a job that is switched off."""
        running = tuple(build for build in self.builds if build.may_run)
        return running or self.builds

    @property
    def first(self) -> CiBuild:
        return self.told[0]


@record(eq=False)
class CiFileRow:
    """A file and its steps; `findings` are those that belong to no step."""

    path: str
    steps: tuple[CiStepRow, ...]
    findings: tuple[CiFinding, ...] = ()


_StepKey = tuple[int, str, Driver, str]
Write = Callable[[Sequence[CiFileRow], View], Iterator[str]]


def writer(name: str) -> Write:
    """The function that shows builds in CI in a format."""
    return cast("Write", import_module(FORMATS[name]).write)


def rows_of(
    builds: Sequence[CiBuild],
    reports: Sequence[Report],
    costs: Sequence[Sequence[FindingCost | None]] = (),
) -> list[CiFileRow]:
    """The builds by file and step, each step with what is found from its line on.

    `costs` are those of the findings of each report, where they are known.
    """
    by_path: dict[str, dict[_StepKey, list[CiBuild]]] = {}
    for build in builds:
        steps = by_path.setdefault(build.path, {})
        of_step = steps.setdefault(_step_key(build), [])
        of_step.append(build)

    found: dict[str, list[CiFinding]] = {}
    for at, report in enumerate(reports):
        own = costs[at] if costs else (None,) * len(report.diagnostics)
        found[report.path] = _with_lines(report, own)

    rows: list[CiFileRow] = []
    for path, steps in sorted(by_path.items()):
        findings = found.get(path, [])
        rows.append(_file_row(path, steps, findings))
    return rows


def _with_lines(report: Report, costs: Sequence[FindingCost | None]) -> list[CiFinding]:
    findings: list[CiFinding] = []
    for item, cost in zip(report.diagnostics, costs, strict=True):
        line = report.lines.line(item.finding.span.start)
        findings.append(CiFinding(line, item, cost))
    return findings


def _step_key(build: CiBuild) -> _StepKey:
    """What the builds of a row share: jobs that use one step may have other builders."""
    builder = build.builder
    return build.line, build.step.job, builder.driver, builder.why


def _file_row(
    path: str,
    steps: dict[_StepKey, list[CiBuild]],
    findings: list[CiFinding],
) -> CiFileRow:
    """A finding belongs to the step above it, or to none: to its last row that may run."""
    by_line: dict[int, list[tuple[CiBuild, ...]]] = {}
    for (line, *_), builds in steps.items():
        groups = by_line.setdefault(line, [])
        groups.append(tuple(builds))
    starts = sorted(by_line)

    by_start: dict[int, list[CiFinding]] = {}
    for found in findings:
        above = [start for start in starts if start <= found.line]
        start = max(above, default=0)
        by_start.setdefault(start, []).append(found)

    rows: list[CiStepRow] = []
    for start in starts:
        own = tuple(by_start.get(start, ()))
        rows += _step_rows(by_line[start], own)
    of_no_step = tuple(by_start.get(0, ()))
    return CiFileRow(path, tuple(rows), of_no_step)


def _step_rows(
    groups: Sequence[tuple[CiBuild, ...]], findings: tuple[CiFinding, ...]
) -> Iterator[CiStepRow]:
    """The rows of one step; the last one that may run has its findings."""
    last = len(groups) - 1
    running = [
        number for number, group in enumerate(groups) if any(map(_may_run, group))
    ]
    if running:
        last = running[-1]
    for number, group in enumerate(groups):
        own = findings if number == last else ()
        yield CiStepRow(group, own)


def _may_run(build: CiBuild) -> bool:
    return build.may_run
