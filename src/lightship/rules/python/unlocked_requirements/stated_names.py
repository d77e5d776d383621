"""What a project that pip installs asks for without a version."""

from __future__ import annotations

from collections.abc import Collection

from lightship.build import Build, PackageInvocation
from lightship.pyproject.dependency import Dependency, normalised
from lightship.rules.python.unlocked_requirements.settled_versions import (
    is_open,
    project_at,
)
from lightship.rules.python.unlocked_requirements.small_matters import (
    LONELY,
    is_of_tools,
)


def stated_by_project(
    build: Build, call: PackageInvocation, settled: Collection[str]
) -> list[Dependency]:
    """What `pip install .` asks for without a version, beside the `settled` names.

    Nothing where an earlier install may have settled more, or where most have bounds.
    """
    local = [package for package in call.does.packages if package.kind == "directory"]
    if len(local) != 1 or _has_earlier(build, call):
        return []

    project = project_at(build, call, local[0])
    if project is None:
        return []

    asked = list(project.dependencies)
    for extra in local[0].extras:
        asked += project.extras.get(normalised(extra), ())

    others = [stated for stated in asked if stated.name not in settled]
    unbound = [stated for stated in others if _is_unbound(stated)]
    has_most = len(unbound) >= len(asked) / 2
    return unbound if has_most else []


def _is_unbound(stated: Dependency) -> bool:
    """Whether the project itself asks for it, always and without a version."""
    if not stated.file.endswith(("pyproject.toml", "setup.py", "setup.cfg")):
        return False
    return not stated.url and not stated.marker and is_open(stated.specifier)


def _has_earlier(build: Build, call: PackageInvocation) -> bool:
    """Whether another install comes before it: what that takes already exists."""
    start = call.command.span.start
    for earlier in build.packages(*LONELY):
        if earlier.command.span.start >= start:
            continue
        if earlier.does.installs and not is_of_tools(earlier.does):
            return True
    return False
