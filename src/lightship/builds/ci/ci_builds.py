"""All builds that the CI systems of a repository run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.builds.ci.called_builds import called_definitions
from lightship.builds.ci.changing_args import changes_with
from lightship.builds.ci.ci_build import (
    BuildTool,
    ChangingArg,
    CiBuild,
    CiBuilder,
    CiStep,
    CiSystem,
    ContextKind,
    Driver,
)
from lightship.builds.ci.command_ci import CommandParts, command_parts, placed_option
from lightship.builds.ci.github_ci import github_ci_builds
from lightship.builds.ci.gitlab_changes import changes_of_jobs, seldom_jobs
from lightship.builds.definition import (
    BuildCall,
    BuildDefinition,
    CalledWith,
    Discovery,
    Unresolved,
    Written,
)
from lightship.builds.source_files import ci_files, read_with
from lightship.builds.workspace import Workspace
from lightship.regex import regex
from lightship.text import Lines

_GITHUB = "github_workflow:"
_GITLAB = "gitlab:"
_CREATE = regex(r"\bbuildx\s+create\b[^\n]*")
_DRIVER = regex(r"--driver[= ]\s*[\"']?([\w-]+)")
_JOB = regex(r"^docker build in (?:job |step |stage )?(.*)$")
_INLINE_ARG = "BUILDKIT_INLINE_CACHE"


def ci_builds(
    workspace: Workspace, paths: Sequence[str] | None = None
) -> tuple[CiBuild, ...]:
    """The builds that CI runs, by file and line; with `paths` those of these files alone."""
    found: list[CiBuild] = []
    for reader, own in ci_files(workspace.paths if paths is None else paths).items():
        if _GITHUB in reader:
            found += github_ci_builds(workspace, own)
        else:
            system = CiSystem.GITLAB if _GITLAB in reader else CiSystem.OTHER
            discovery = read_with(workspace, reader, own)
            builds = _of_commands(workspace, discovery, system)
            is_gitlab = system is CiSystem.GITLAB
            found += _with_starts(workspace, own, builds) if is_gitlab else builds
    return tuple(sorted(found, key=_place))


def _place(build: CiBuild) -> tuple[str, int, str]:
    dockerfile = build.definition.dockerfile if build.definition is not None else ""
    return build.path, build.line, dockerfile


def _with_starts(
    workspace: Workspace, paths: Sequence[str], builds: Iterator[CiBuild]
) -> Iterator[CiBuild]:
    """The builds of GitLab, with what starts their jobs."""
    changes = changes_of_jobs(workspace, paths)
    seldom = seldom_jobs(workspace, paths)
    for build in builds:
        job = build.step.job
        yield replace(
            build,
            changes=changes.get(job, ()),
            is_seldom=job in seldom,
        )


def _of_commands(
    workspace: Workspace, discovery: Discovery, system: CiSystem
) -> Iterator[CiBuild]:
    """What commands in the files of other systems than GitHub build."""
    items: list[BuildDefinition | Unresolved] = [*discovery.builds]
    items += discovery.unresolved
    for found in items:
        if found.called is not None:
            said = command_parts(found.called)
            yield _build(workspace, found, found.source, said, system)
    for call in discovery.calls:
        said = command_parts(call.called or CalledWith("compose"))
        for item in called_definitions(workspace, call):
            yield _of_file(workspace, item, call, said, system)


def _of_file(
    workspace: Workspace,
    found: BuildDefinition | Unresolved,
    call: BuildCall,
    said: CommandParts,
    system: CiSystem,
) -> CiBuild:
    build = _build(workspace, found, call.written, said, system)
    target = command_parts(found.called or CalledWith(""))
    return replace(
        build,
        cache_from=build.cache_from or target.cache_from,
        cache_to=build.cache_to or target.cache_to,
        no_cache=build.no_cache if build.no_cache.may_be else target.no_cache,
        pull=build.pull if build.pull.may_be else target.pull,
        secrets=build.secrets or target.secrets,
        outputs=build.outputs or target.outputs,
    )


def _build(
    workspace: Workspace,
    found: BuildDefinition | Unresolved,
    written: Written,
    said: CommandParts,
    system: CiSystem,
) -> CiBuild:
    text = workspace.text(written.path) or ""
    lines = Lines(text)
    definition = found if isinstance(found, BuildDefinition) else None
    problem = found.why if isinstance(found, Unresolved) else ""
    has_inline = definition is not None and definition.args.get(_INLINE_ARG) == "1"
    return CiBuild(
        system,
        CiStep(written, _job(definition)),
        said.tool,
        _builder(said, text, system),
        definition,
        problem,
        cache_from=tuple(
            placed_option(item, written.path, lines) for item in said.cache_from
        ),
        cache_to=tuple(
            placed_option(item, written.path, lines) for item in said.cache_to
        ),
        inline_arg=written if has_inline else None,
        no_cache=said.no_cache,
        pull=said.pull,
        push=said.push,
        load=said.load,
        outputs=said.outputs,
        platforms=definition.platforms if definition is not None else (),
        secrets=said.secrets,
        changing_args=tuple(_changing(said)),
        context=ContextKind.REMOTE if "remote" in problem else ContextKind.PATH,
    )


def _job(definition: BuildDefinition | None) -> str:
    match = _JOB.match(definition.why) if definition is not None else None
    return match[1] if match is not None else ""


def _changing(said: CommandParts) -> Iterator[ChangingArg]:
    for name, value, written in said.build_args:
        changes = changes_with(value, ())
        if changes is not None:
            yield ChangingArg(name, value, changes, written)


def _builder(said: CommandParts, text: str, system: CiSystem) -> CiBuilder:
    """The builder of a command, as its file tells; the runner is not known."""
    if said.tool in (BuildTool.BUILDAH, BuildTool.KANIKO):
        kept = False if said.tool is BuildTool.KANIKO else None
        why = f"{said.tool.value} builds without BuildKit"
        return CiBuilder(Driver.UNKNOWN, why, keeps_cache=kept)
    create = _CREATE.search(text)
    if create is not None and not said.is_plain:
        named = _DRIVER.search(create[0])
        name = named[1] if named is not None else "docker-container"
        known = name if name in [item.value for item in Driver] else "unknown"
        why = "the file runs docker buildx create"
        return CiBuilder(Driver(known), why, keeps_cache=None)
    is_dind = system is CiSystem.GITLAB and "dind" in text
    why = "docker build uses the builder of the engine"
    if is_dind:
        why = "each job starts a Docker engine of its own (dind)"
    return CiBuilder(Driver.DOCKER, why, keeps_cache=False if is_dind else None)
