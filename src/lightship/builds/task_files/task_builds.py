"""All files with commands that people run, and those of platforms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lightship.builds.definition import BuildCall, Discovery, Found
from lightship.builds.deployments.platform_files import platform_reader
from lightship.builds.deployments.tiltfile import is_tiltfile, tilt_builds
from lightship.builds.task_files.makefile import is_makefile, makefile_builds
from lightship.builds.task_files.shell_files import (
    comment_builds,
    is_shell_file,
    shell_file_builds,
)
from lightship.builds.task_files.task_runners import (
    is_justfile,
    is_taskfile,
    just_builds,
    package_json_builds,
    task_builds,
    toml_task_builds,
)
from lightship.builds.workspace import Workspace

FileReader = Callable[[Workspace, str], Iterator[Found]]
_BY_NAME: dict[str, FileReader] = {
    "package.json": package_json_builds,
    "pyproject.toml": toml_task_builds,
    "Pipfile": toml_task_builds,
}
_BY_PATTERN: Sequence[tuple[Callable[[str], bool], FileReader]] = (
    (is_makefile, makefile_builds),
    (is_justfile, just_builds),
    (is_taskfile, task_builds),
    (is_tiltfile, tilt_builds),
    (is_shell_file, shell_file_builds),
)


def is_task_file(path: str) -> bool:
    """Whether a file of that name holds commands, or says what a platform builds."""
    return _reader_of(path) is not None


def task_file_builds(
    workspace: Workspace, paths: Sequence[str], _calls: Sequence[BuildCall] = ()
) -> Discovery:
    """The builds of all such files among `paths`."""
    return Discovery.of(_found(workspace, paths))


def dockerfile_comment_builds(
    workspace: Workspace, paths: Sequence[str], _calls: Sequence[BuildCall] = ()
) -> Discovery:
    """The builds that Dockerfiles themselves say in their comments."""
    return Discovery.of(
        item for path in paths for item in comment_builds(workspace, path)
    )


def _found(workspace: Workspace, paths: Sequence[str]) -> Iterator[Found]:
    for path in paths:
        reader = _reader_of(path)
        if reader is not None:
            yield from reader(workspace, path)


def _reader_of(path: str) -> FileReader | None:
    named = _BY_NAME.get(path.rpartition("/")[2])
    if named is not None:
        return named
    for is_such, reader in _BY_PATTERN:
        if is_such(path):
            return reader
    return platform_reader(path)
