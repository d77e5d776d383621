"""All files of CI that build images, and what is built to be run at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lightship.builds.ci.github_workflow import WorkflowReader, is_action, is_workflow
from lightship.builds.ci.gitlab import gitlab_builds, is_gitlab_file
from lightship.builds.ci.images_that_run import (
    action_builds,
    devcontainer_builds,
    is_devcontainer,
)
from lightship.builds.ci.jenkins import is_jenkinsfile, jenkins_builds
from lightship.builds.ci.other_ci import OTHER_CI
from lightship.builds.definition import BuildCall, Discovery, Found
from lightship.builds.workspace import Workspace

FileReader = Callable[[Workspace, str], Iterator[Found]]


def is_ci_file(path: str) -> bool:
    """Whether a file of that name says what CI does, or what is run at once."""
    if is_workflow(path) or is_gitlab_file(path):
        return True
    return _reader_of(path) is not None


def ci_builds(
    workspace: Workspace, paths: Sequence[str], _calls: Sequence[BuildCall] = ()
) -> Discovery:
    """The builds of all such files among `paths`."""
    return Discovery.of(_found(workspace, paths))


def _found(workspace: Workspace, paths: Sequence[str]) -> Iterator[Found]:
    workflows = [path for path in paths if is_workflow(path)]
    yield from WorkflowReader(workspace).builds(workflows)
    pipelines = [path for path in paths if is_gitlab_file(path)]
    yield from gitlab_builds(workspace, pipelines)
    for path in paths:
        reader = _reader_of(path)
        if reader is not None and not is_workflow(path):
            yield from reader(workspace, path)


def _reader_of(path: str) -> FileReader | None:
    """What reads a file of that name alone."""
    if is_devcontainer(path):
        return devcontainer_builds
    if is_action(path):
        return action_builds
    if is_jenkinsfile(path):
        return jenkins_builds
    for pattern, reader in OTHER_CI:
        if pattern.fullmatch(path):
            return reader
    return None
