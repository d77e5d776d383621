"""What CI does with each build of a repository, and what rules say of it."""

from __future__ import annotations

import os

from lightship.builds.ci.ci_build import CiBuild
from lightship.errors import FileError
from lightship.files.reading import path_inside
from lightship.flows.builds import BuildFinder
from lightship.flows.lint import LintRequest, ci_finder, selection_for
from lightship.lint.ci_engine import report_ci
from lightship.lint.diagnostic import Report
from lightship.record import record


@record(eq=False)
class CiOverview:
    """All builds that CI runs, in a directory; paths count from the root of its repository.

    `folder` is the directory from there, `.` where it is the root. `reports` are what rules find,
    one for each file that builds something; `paths` are these files as a person would write them.
    """

    folder: str
    builds: tuple[CiBuild, ...]
    reports: tuple[Report, ...]
    paths: tuple[str, ...]


def ci_overview(folder: str, request: LintRequest) -> CiOverview:
    """What CI does in a directory. A FileError where it is none."""
    if not os.path.isdir(folder):
        raise FileError(f"cannot read {folder}: not a directory")
    finder = BuildFinder(request.build, many=True)
    ci = ci_finder(request, finder)
    repository = ci.repository(folder)
    inside = path_inside(os.path.realpath(folder), repository.root) or "."
    reports = []
    paths = []
    for file in ci.files_in(folder):
        path = os.path.relpath(os.path.join(repository.root, file.path))
        paths.append(path)
        reports.append(report_ci(file, selection_for(path, request), file.path))
    own = [item for item in repository.builds if _lies_in(item.path, inside)]
    return CiOverview(inside, tuple(own), tuple(reports), tuple(paths))


def _lies_in(path: str, folder: str) -> bool:
    return folder == "." or path.startswith(f"{folder}/")
