"""What CI does with each build of a repository, and what rules say of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lightship.builds.ci.ci_build import CiBuild
from lightship.errors import FileError
from lightship.files.reading import path_inside
from lightship.flows.builds import BuildFinder
from lightship.flows.ci_files import CiRepository
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
    folder: str, request: LintRequest, asked: CostRequest, tell: Tell
) -> CiOverview:
    """What CI does in a directory. A FileError where it is none.

    With costs a GitError where it has no history; `tell` is told of what cannot be replayed.
    """
    if not os.path.isdir(folder):
        raise FileError(f"cannot read {folder}: not a directory")
    finder = BuildFinder(request.build, many=True)
    ci = ci_finder(request, finder)
    repository = ci.repository(folder)
    inside = path_inside(os.path.realpath(folder), repository.root) or "."
    finder_of_costs = _cost_finder(repository, request, asked, tell)
    reports: list[Report] = []
    costs: list[Costs] = []
    paths: list[str] = []
    for file in ci.files_in(folder):
        path = os.path.relpath(os.path.join(repository.root, file.path))
        paths.append(path)
        report = report_ci(file, selection_for(path, request), file.path)
        reports.append(report)
        if finder_of_costs is not None:
            found = [finder_of_costs.cost(file, item) for item in report.diagnostics]
            costs.append(tuple(found))
    if finder_of_costs is not None:
        finder_of_costs.check_times()
    own = [item for item in repository.builds if _lies_in(item.path, inside)]
    return CiOverview(inside, tuple(own), tuple(reports), tuple(paths), tuple(costs))


def _cost_finder(
    repository: CiRepository, request: LintRequest, asked: CostRequest, tell: Tell
) -> CostFinder | None:
    if not asked.cost:
        return None
    from lightship.flows.cache.ci_costs import CostFinder  # noqa: PLC0415 - with all that reads git

    known = [build for build in repository.builds if build.may_run]
    return CostFinder(repository.root, known, request.build, asked, tell)


def _lies_in(path: str, folder: str) -> bool:
    return folder == "." or path.startswith(f"{folder}/")
