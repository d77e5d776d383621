"""Which files say how images are built, by their names, and what reads each.

A reader is imported when there is a file for it: most repositories have three kinds of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import cast

from lightship.builds.definition import (
    BuildCall,
    BuildDefinition,
    Discovery,
    Found,
    Unresolved,
)
from lightship.builds.workspace import COPIED_FOLDERS, Workspace
from lightship.record import record
from lightship.regex import regex

GroupReader = Callable[[Workspace, Sequence[str], Sequence[BuildCall]], Discovery]
FileReader = Callable[[Workspace, str], Iterable[Found]]
# Endings of the files below; without an ending, or before a further one, a name has to begin so
_ENDINGS = frozenset(
    "yml yaml json hcl toml sh bash zsh ksh mk mak make just tiltfile Tiltfile jenkinsfile "
    "Jenkinsfile".split()
)
_DOCKERFILES = frozenset(("Dockerfile", "dockerfile", "Containerfile", "containerfile"))
_STARTS = ("Makefile", "makefile", "GNUmakefile", "Jenkinsfile", "docker", "Docker")


@record(eq=False)
class SourceKind:
    """Files of one kind: a pattern of their paths, or with `is_name` of their names.

    `reader` is the function that reads them, as `module:name`; with `reads_all` it is given all
    files of the kind at once, and the commands that say which of them belong together.
    """

    pattern: re.Pattern[str]
    reader: str
    is_name: bool = True
    reads_all: bool = False


_CI = "lightship.builds.ci."


def _ci(module: str) -> str:
    return f"{_CI}{module}"


# They say what is built, and no CI runs them
_NOT_CI = frozenset(
    (_ci("images_that_run:action_builds"), _ci("images_that_run:devcontainer_builds"))
)


def _task(module: str) -> str:
    return f"lightship.builds.task_files.{module}"


def _platform(module: str) -> str:
    return f"lightship.builds.deployments.{module}"


COMPOSE = SourceKind(
    regex(r"(?:.+[._-])?compose(?![a-z]).*\.ya?ml"),
    "lightship.builds.compose.projects:compose_builds",
    reads_all=True,
)
BAKE = SourceKind(
    regex(r"(?:.+[._-])?bake(?:[._-].+)?\.(?:hcl|json)"),
    "lightship.builds.bake.bake_builds:bake_builds",
    reads_all=True,
)
WORKFLOW = SourceKind(
    regex(r"\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml"),
    _ci("github_workflow:workflow_builds"),
    is_name=False,
    reads_all=True,
)
# The first that fits decides
KINDS = (
    WORKFLOW,
    SourceKind(
        regex(r"(?:.*/)?(?:[^/]*\.)?gitlab-ci[^/]*\.ya?ml|(?:.*/)?\.gitlab/.*\.ya?ml"),
        _ci("gitlab:gitlab_builds"),
        is_name=False,
        reads_all=True,
    ),
    SourceKind(regex(r"action\.ya?ml"), _ci("images_that_run:action_builds")),
    SourceKind(
        regex(
            r"(?:.*/)?(?:\.devcontainer\.json|\.devcontainer/(?:[^/]+/)?devcontainer\.json)"
        ),
        _ci("images_that_run:devcontainer_builds"),
        is_name=False,
    ),
    SourceKind(
        regex(r"Jenkinsfile(?:[._-].*)?|.*\.[jJ]enkinsfile"),
        _ci("jenkins:jenkins_builds"),
    ),
    SourceKind(
        regex(r"\.circleci/.+\.ya?ml"), _ci("other_ci:circle_builds"), is_name=False
    ),
    SourceKind(
        regex(
            r"(?:.*/)?(?:[^/]*[._-])?azure[._-]?pipelines?[^/]*\.ya?ml"
            r"|\.?azure(?:-pipelines)?/.+\.ya?ml|\.pipelines/.+\.ya?ml"
        ),
        _ci("other_ci:azure_builds"),
        is_name=False,
    ),
    SourceKind(
        regex(
            r"\.travis\.yml|bitbucket-pipelines\.yml|\.buildkite/.+\.ya?ml"
            r"|\.?appveyor\.yml|\.cirrus\.yml|\.semaphore/.+\.ya?ml"
        ),
        _ci("other_ci:list_ci_builds"),
        is_name=False,
    ),
    SourceKind(
        regex(r"\.drone\.ya?ml|\.woodpecker\.ya?ml|\.woodpecker/.+\.ya?ml"),
        _ci("other_ci:drone_builds"),
        is_name=False,
    ),
    SourceKind(
        regex(r"(?:GNUm|M|m)akefile(?:\..+)?|.+\.(?:mk|mak|make)"),
        _task("makefile:makefile_builds"),
    ),
    SourceKind(regex(r"\.?[jJ]ustfile|.+\.just"), _task("task_runners:just_builds")),
    SourceKind(
        regex(r"[Tt]askfile(?:\.dist)?\.ya?ml"), _task("task_runners:task_builds")
    ),
    SourceKind(regex(r"package\.json"), _task("task_runners:package_json_builds")),
    SourceKind(
        regex(r"pyproject\.toml|Pipfile|hatch\.toml|pixi\.toml"),
        _task("task_runners:toml_task_builds"),
    ),
    SourceKind(
        regex(r"Tiltfile|.+\.[tT]iltfile"),
        _platform("tiltfile:tilt_builds"),
    ),
    SourceKind(regex(r"skaffold.*\.ya?ml"), _platform("cluster_tools:skaffold_builds")),
    SourceKind(regex(r"render\.ya?ml"), _platform("hosting_files:render_builds")),
    SourceKind(regex(r"railway\.json"), _platform("hosting_files:railway_json_builds")),
    SourceKind(regex(r"railway\.toml"), _platform("hosting_files:railway_toml_builds")),
    SourceKind(regex(r"fly(?:\.[\w-]+)*\.toml"), _platform("hosting_files:fly_builds")),
    SourceKind(
        regex(r"app(?:[.-][\w-]+)*\.ya?ml"), _platform("hosting_files:app_yaml_builds")
    ),
    SourceKind(
        regex(r"(?:[\w.-]*[.-])?cloudbuild.*\.(?:ya?ml|json)"),
        _platform("cloud_build:cloud_builds"),
    ),
    SourceKind(regex(r"heroku\.yml"), _platform("hosting_files:heroku_builds")),
    SourceKind(regex(r"okteto.*\.ya?ml"), _platform("cluster_tools:okteto_builds")),
    COMPOSE,
    BAKE,
    # Without an ending the name of a script has to say that it builds
    SourceKind(
        regex(
            r".+\.(?:sh|bash|zsh|ksh)"
            r"|(?![dD]ockerfile$)[\w-]*(?:build|docker|image|publish|release|deploy)[\w-]*"
        ),
        _task("shell_files:shell_file_builds"),
    ),
)


def kind_of(path: str) -> SourceKind | None:
    """The kind of a file that may say how an image is built; None for any other file.

    What others wrote and somebody copied here speaks of their repositories.
    """
    folder, _, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if stem and dot and ending not in _ENDINGS and not name.startswith(_STARTS):
        return None
    if name in _DOCKERFILES:
        return None
    if folder and not COPIED_FOLDERS.isdisjoint(folder.split("/")):
        return None
    for kind in KINDS:
        if kind.pattern.fullmatch(name if kind.is_name else path):
            return kind
    return None


def may_speak(path: str) -> bool:
    """Whether a file of that name may say how an image is built."""
    return kind_of(path) is not None


def is_ci_file(path: str) -> bool:
    """Whether a file of that path, from the root of its repository, is one of a CI system."""
    kind = kind_of(path)
    return kind is not None and _of_ci(kind)


def _of_ci(kind: SourceKind) -> bool:
    return kind.reader.startswith(_CI) and kind.reader not in _NOT_CI


def ci_files(paths: Iterable[str]) -> dict[str, list[str]]:
    """The files of CI systems, by what reads them: `module:name`."""
    by_reader: dict[str, list[str]] = {}
    for path in paths:
        kind = kind_of(path)
        if kind is not None and _of_ci(kind):
            by_reader.setdefault(kind.reader, []).append(path)
    return by_reader


def read_with(workspace: Workspace, reader: str, paths: Sequence[str]) -> Discovery:
    """What files of one kind say; commands that name other files are among it."""
    kind = next(item for item in KINDS if item.reader == reader)
    return _read(workspace, kind, paths, ())


def is_build_file(path: str) -> bool:
    """Whether a file at that absolute path is a compose file, a bake file or a workflow."""
    parts = path.replace("\\", "/").split("/")
    name = parts[-1]
    if any(kind.pattern.fullmatch(name) for kind in (COMPOSE, BAKE)):
        return True
    in_repository = "/".join(parts[-3:])
    return WORKFLOW.pattern.fullmatch(in_repository) is not None


def read_sources(workspace: Workspace, paths: Iterable[str]) -> Discovery:
    """What files say that may say how images are built."""
    by_kind: dict[str, list[str]] = {}
    for path in paths:
        kind = kind_of(path)
        if kind is not None:
            by_kind.setdefault(kind.reader, []).append(path)

    builds: list[BuildDefinition] = []
    unresolved: list[Unresolved] = []
    calls: list[BuildCall] = []
    for kind in _IN_ORDER:
        own = by_kind.get(kind.reader, [])
        is_called = kind in (COMPOSE, BAKE) and bool(calls)
        if not own and not is_called:
            continue
        found = _read(workspace, kind, own, calls)
        builds += found.builds
        unresolved += found.unresolved
        calls += found.calls
    return Discovery(tuple(builds), tuple(unresolved))


# Commands say which compose and bake files are read together
_IN_ORDER = (*(kind for kind in KINDS if kind not in (COMPOSE, BAKE)), COMPOSE, BAKE)


def _read(
    workspace: Workspace,
    kind: SourceKind,
    paths: Sequence[str],
    calls: Sequence[BuildCall],
) -> Discovery:
    module, _, name = kind.reader.partition(":")
    function = getattr(import_module(module), name)
    if kind.reads_all:
        return cast("GroupReader", function)(workspace, paths, calls)
    reader = cast("FileReader", function)
    return Discovery.of(item for path in paths for item in reader(workspace, path))
