"""All files of CI that build images."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.builds.ci.github_workflow import WorkflowReader, is_workflow
from lightship.builds.definition import BuildCall, Discovery
from lightship.builds.workspace import Workspace


def is_ci_file(path: str) -> bool:
    """Whether a file of that name says what CI does."""
    return is_workflow(path)


def ci_builds(
    workspace: Workspace, paths: Sequence[str], _calls: Sequence[BuildCall] = ()
) -> Discovery:
    """The builds of all files of CI among `paths`."""
    workflows = [path for path in paths if is_workflow(path)]
    return Discovery.of(WorkflowReader(workspace).builds(workflows))
