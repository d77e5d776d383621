"""What the files build that a command of CI names: compose and bake files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.builds.bake.bake_builds import bake_builds
from lightship.builds.ci.ci_build import CiBuild, Driver
from lightship.builds.compose.projects import compose_builds, usual_compose_files
from lightship.builds.definition import (
    BuildCall,
    BuildDefinition,
    BuildSourceKind,
    Discovery,
    Unresolved,
)
from lightship.builds.workspace import Workspace
from lightship.wording.lists import listed


def called_definitions(
    workspace: Workspace, call: BuildCall
) -> Iterator[BuildDefinition | Unresolved]:
    """What the files of a call build; where that is nothing, why."""
    if call.kind is BuildSourceKind.BAKE:
        paths = call.paths or _usual_files(workspace, call)
        discovery = bake_builds(workspace, paths, [call], with_services=True)
    else:
        named = call.paths or usual_compose_files(workspace, call.folder)
        discovery = compose_builds(workspace, (), [replace(call, paths=named)])
    chosen = _chosen(discovery.builds, call)
    yield from chosen
    if not chosen:
        why = _why_nothing(discovery, call)
        yield Unresolved(call.written, why, call.called)


def _why_nothing(discovery: Discovery, call: BuildCall) -> str:
    """Why nothing of the files of a call is known to be built."""
    if discovery.unresolved:
        return discovery.unresolved[0].why
    if discovery.builds and call.only:
        names = listed(call.only)
        return f"its files say no build of {names}"
    return "it is not known which files it reads"


def is_loaded_by_compose(call: BuildCall, build: CiBuild) -> bool:
    """Whether compose brings what another builder made into the engine: by default, but pushed.

    Source: docker/compose, pkg/compose/build_bake.go, bakeOutputs.
    """
    is_compose = call.kind is BuildSourceKind.COMPOSE
    is_apart = build.builder.driver is not Driver.DOCKER
    is_one = len(build.platforms) < 2
    return is_compose and is_apart and is_one and build.push.value is False


def _chosen(
    builds: Sequence[BuildDefinition], call: BuildCall
) -> list[BuildDefinition]:
    """What of the targets is built: those that are named, or are in a group that is.

    Without names that is `default`; where nothing is called so, all that may be meant.
    """
    if call.kind is not BuildSourceKind.BAKE:
        return [item for item in builds if not call.only or item.names[0] in call.only]
    names = call.only or ("default",)
    chosen = [item for item in builds if _is_called(item, names)]
    return chosen if chosen or call.only else list(builds)


def _is_called(item: BuildDefinition, names: Sequence[str]) -> bool:
    groups = [f"of group {name}" for name in names]
    return item.names[0] in names or any(item.why.endswith(group) for group in groups)


def _usual_files(workspace: Workspace, call: BuildCall) -> tuple[str, ...]:
    """The files of the directory from which a command without `-f` reads."""
    from lightship.builds.source_files import is_build_file  # noqa: PLC0415 - it names this room

    folder = "" if call.folder in ("", ".") else f"{call.folder}/"
    names = workspace.names(call.folder)
    return tuple(f"{folder}{name}" for name in names if is_build_file(name))
