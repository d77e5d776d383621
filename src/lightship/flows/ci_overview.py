"""What CI does with each build of a repository, and what rules say of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.errors import FileError
from lightship.files.reading import path_inside
from lightship.flows.builds import BuildFinder
from lightship.flows.ci_files import CiRepository, lies_in
from lightship.flows.cost_request import CostRequest
from lightship.flows.lint import LintRequest, ci_finder, selection_for
from lightship.flows.tell import Tell
from lightship.lint.ci_engine import report_ci
from lightship.lint.diagnostic import Report
from lightship.record import record

if TYPE_CHECKING:
    from lightship.cache.remote.finding_cost import FindingCost
    from lightship.flows.cache.ci_costs import CostFinder

Costs = tuple["FindingCost | None", ...]


@record(eq=False)
class CiOverview:
    """All builds that CI runs, in a directory; paths count from the root of its repository.

    `folder` is the directory from there, `.` where it is the root. `reports` are what rules find,
    one for each file that builds something; `paths` are these files as a person would write them.
    `costs` are those of the findings of each report, where they are asked for.
    """

    folder: str
    builds: tuple[CiBuild, ...]
    reports: tuple[Report, ...]
    paths: tuple[str, ...]
    costs: tuple[Costs, ...] = ()


def ci_overview(
    folder: str,
    request: LintRequest,
    asked: CostRequest,
    tell: Tell,
) -> CiOverview:
    """What CI does in a directory. A FileError where it is none.

    With costs a GitError where it has no history; `tell` is told of what cannot be replayed.
    """
    if not os.path.isdir(folder):
        raise FileError(f"cannot read {folder}: not a directory")
    finder = BuildFinder(request.build, many=True)
    ci = ci_finder(request, finder)
    repository = ci.repository(folder)
    root = repository.root
    place = os.path.realpath(folder)
    inside = path_inside(place, root) or "."
    cost_finder = _cost_finder(repository, request, asked, tell)
    files = list(ci.files_in(folder))
    reports: list[Report] = []
    paths: list[str] = []
    for file in files:
        whole = os.path.join(root, file.path)
        path = os.path.relpath(whole)
        selection = selection_for(path, request)
        report = report_ci(file, selection, file.path)
        reports.append(report)
        paths.append(path)

    costs: list[Costs] = []
    if cost_finder is not None:
        costs += _all_costs(cost_finder, files, reports)
    own = [build for build in repository.builds if lies_in(build.path, inside)]
    return CiOverview(
        folder=inside,
        builds=tuple(own),
        reports=tuple(reports),
        paths=tuple(paths),
        costs=tuple(costs),
    )


def _all_costs(
    finder: CostFinder,
    files: Sequence[CiFile],
    reports: Sequence[Report],
) -> list[Costs]:
    """The costs of the findings of each file."""
    all_costs: list[Costs] = []
    for file, report in zip(files, reports, strict=True):
        costs = [finder.cost(file, item) for item in report.diagnostics]
        all_costs.append(tuple(costs))
    finder.check_times()
    return all_costs


def _cost_finder(
    repository: CiRepository,
    request: LintRequest,
    asked: CostRequest,
    tell: Tell,
) -> CostFinder | None:
    if not asked.cost:
        return None
    from lightship.flows.cache.ci_costs import CostFinder  # noqa: PLC0415 - with all that reads git

    known = [build for build in repository.builds if build.may_run]
    return CostFinder(
        repository.root,
        known,
        request.build,
        asked,
        tell,
    )
