"""What the files build that a command of CI names: compose and bake files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.builds.bake.bake_builds import bake_builds
from lightship.builds.ci.ci_build import ON, CiBuild, CiRun, CiSwitch, Driver
from lightship.builds.ci.command_ci import CommandParts
from lightship.builds.ci.output_switches import loaded, pushed
from lightship.builds.compose.projects import call_builds, usual_compose_files
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
    discovery = _discovered(workspace, call)
    chosen = _chosen(discovery.builds, call)
    if call.starts is not None and not discovery.unresolved:
        yield from discovery.builds
        return
    if chosen:
        yield from chosen
        return
    why = _why_nothing(discovery, call)
    yield Unresolved(call.written, why, call.called)


def _discovered(workspace: Workspace, call: BuildCall) -> Discovery:
    if call.kind is BuildSourceKind.BAKE:
        paths = call.paths or _usual_bake_files(workspace, call)
        return bake_builds(workspace, paths, [call], with_services=True)

    paths = call.paths or usual_compose_files(workspace, call.folder)
    call = replace(call, paths=paths)
    return call_builds(workspace, call)


def _why_nothing(discovery: Discovery, call: BuildCall) -> str:
    """Why nothing of the files of a call is known to be built."""
    unresolved = discovery.unresolved
    if unresolved:
        return unresolved[0].why
    if discovery.builds and call.only:
        names = listed(call.only)
        return f"its files say no build of {names}"
    return "it is not known which files it reads"


def with_called_file(build: CiBuild, call: BuildCall, said: CommandParts) -> CiBuild:
    """A build with what the file that it names says of it, where the step says nothing.

    `said` are the options that a target of a bake file has.
    """
    no_cache = build.no_cache if build.no_cache.may_be else said.no_cache
    pull = build.pull if build.pull.may_be else said.pull
    build = replace(
        build,
        cache_from=build.cache_from or said.cache_from,
        cache_to=build.cache_to or said.cache_to,
        no_cache=no_cache,
        pull=pull,
        push=pushed(build.push, said.outputs),
        load=loaded(build.load, said.outputs),
        outputs=build.outputs or said.outputs,
        secrets=build.secrets or said.secrets,
    )
    if _is_loaded_by_compose(call, build):
        build = replace(build, load=ON)
    runs = [_run_with_file(run, build, said) for run in build.runs]
    return replace(build, runs=tuple(runs))


def _run_with_file(run: CiRun, build: CiBuild, said: CommandParts) -> CiRun:
    """A run of such a build."""
    push = pushed(CiSwitch(run.push), said.outputs)
    return replace(
        run,
        cache_from=run.cache_from or said.cache_from,
        cache_to=run.cache_to or said.cache_to,
        no_cache=build.no_cache.value,
        push=push.value,
        load=run.load or build.load.value,
    )


def _is_loaded_by_compose(call: BuildCall, build: CiBuild) -> bool:
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
    if call.kind is BuildSourceKind.BAKE:
        names = call.only or ("default",)
        chosen = [item for item in builds if _is_called(item, names)]
    else:
        chosen = [item for item in builds if item.names[0] in call.only]

    if call.only or chosen:
        return chosen
    return list(builds)


def _is_called(item: BuildDefinition, names: Sequence[str]) -> bool:
    if item.names[0] in names:
        return True
    groups = tuple(f"of group {name}" for name in names)
    return item.why.endswith(groups)


def _usual_bake_files(workspace: Workspace, call: BuildCall) -> tuple[str, ...]:
    """The files of the directory from which a command without `-f` reads."""
    from lightship.builds.source_files import is_build_file  # noqa: PLC0415 - it names this room

    folder = "" if call.folder in ("", ".") else f"{call.folder}/"
    names = filter(is_build_file, workspace.names(call.folder))
    return tuple(f"{folder}{name}" for name in names)
