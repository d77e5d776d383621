"""Builds that stop: the commit lacks their Dockerfile or build context, and no step makes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.github_builder import EarlierStep
from lightship.builds.definition import BuildDefinition, Unresolved

_CHECKOUT = "actions/checkout"
# Steps that write nothing into a checkout
_HARMLESS = ("docker/", "actions/setup-", "aws-actions/", "google-github-actions/")
_ELSEWHERE = ("repository", "path", "submodules")
_Job = tuple[str, str]


def is_lost(
    found: BuildDefinition | Unresolved, earlier: Sequence[EarlierStep]
) -> bool:
    """Whether an action builds what no file of the repository is, after a plain checkout.

    `earlier` are the steps before, the last one first.
    """
    if isinstance(found, BuildDefinition) or not found.is_missing:
        return False
    for step in earlier:
        if step.action == _CHECKOUT:
            return not any(step.text("with", key) for key in _ELSEWHERE)
        if not step.action.startswith(_HARMLESS):
            return False
    return False


def with_lost_jobs(builds: Sequence[CiBuild]) -> list[CiBuild]:
    """The builds, those of jobs that need a lost one lost too, in turn."""
    found = list(builds)
    lost = {_job(build) for build in found if _ends_job(build)}
    while lost:
        later = [item for item in found if not item.lacks_files and _needs(item, lost)]
        if not later:
            break
        found = [
            replace(item, lacks_files=True) if item in later else item for item in found
        ]
        lost = {_job(item) for item in later}
    return found


def _ends_job(build: CiBuild) -> bool:
    return build.lacks_files and not build.conditions


def _needs(build: CiBuild, lost: Collection[_Job]) -> bool:
    return any((build.path, name) in lost for name in build.needs)


def _job(build: CiBuild) -> _Job:
    return build.path, build.step.job
