"""The builds of bake files: which files belong together, and from where they are started."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lightship.builds.bake.bake_file import BakeFile, read_bake
from lightship.builds.bake.bake_target import BakeTarget
from lightship.builds.bake.bake_targets import BakeTargets
from lightship.builds.build_paths import (
    Setting,
    dockerfile_in,
    is_remote,
    local,
)
from lightship.builds.compose.loader import ComposeLoader
from lightship.builds.compose.merged_services import merged
from lightship.builds.compose.projects import usual_compose_file
from lightship.builds.compose.service import Service
from lightship.builds.compose.service_options import BakeSection, merged_options
from lightship.builds.definition import (
    BakeOverride,
    BuildCall,
    BuildDefinition,
    BuildSourceKind,
    CalledWith,
    Discovery,
    Inline,
    Unresolved,
    Written,
)
from lightship.builds.file_outputs import called_for_files
from lightship.builds.workspace import (
    Workspace,
    folder_of,
    folders_above,
    joined,
    rooted,
)
from lightship.builds.yaml_tree import UnreadableError
from lightship.record import record

# In the order in which bake merges them: docker/buildx, bake/bake.go
_USUAL = (
    "docker-bake.json",
    "docker-bake.hcl",
    "docker-bake.override.json",
    "docker-bake.override.hcl",
)
_TARGET = b"target"
_COMPOSE = (".yml", ".yaml")
_DEFAULT = "default"
_HERE = "cwd://"


@record(eq=False)
class BakeSet:
    """Files that are merged, the directory where bake is started, None where it is not known.

    `only` are targets that a command names, which are built in any case; `overrides` is what it
    sets. Of `compose` files bake builds the services.
    """

    paths: tuple[str, ...]
    folder: str | None = None
    only: tuple[str, ...] = ()
    overrides: tuple[BakeOverride, ...] = ()
    compose: tuple[str, ...] = ()


def bake_builds(
    workspace: Workspace,
    paths: Iterable[str],
    calls: Sequence[BuildCall] = (),
    *,
    with_services: bool = False,
) -> Discovery:
    """All builds of all bake files among `paths`; `calls` say which belong together.

    `with_services` are those of the compose files too that calls read.
    """
    by_folder: dict[str, list[str]] = {}
    for path in paths:
        data = workspace.read(path)
        if data is not None and _TARGET in data:
            by_folder.setdefault(folder_of(path), []).append(path)

    called = [call for call in calls if call.kind is BuildSourceKind.BAKE]
    sets = [_called_set(call, by_folder.get(call.folder, ())) for call in called]
    if with_services:
        sets = [
            replace(bake_set, compose=_compose_files(workspace, call))
            for bake_set, call in zip(sets, called, strict=True)
        ]
    decided = {path for bake_set in sets for path in bake_set.paths}
    for folder, files in by_folder.items():
        together = _usual(folder, files)
        if together and decided.isdisjoint(together):
            sets.append(BakeSet(together))
        sets += [
            BakeSet((path,))
            for path in files
            if path not in together and path not in decided
        ]
    return Discovery.of(
        item
        for bake_set in sets
        if bake_set.paths or bake_set.compose
        for item in set_builds(workspace, bake_set)
    )


def _usual(folder: str, files: Sequence[str]) -> tuple[str, ...]:
    """The files that bake reads in a directory without being told."""
    paths = [joined(folder, name) for name in _USUAL]
    return tuple(path for path in paths if path is not None and path in files)


def _called_set(call: BuildCall, files: Sequence[str]) -> BakeSet:
    """What a command reads; compose files among it are read as such."""
    named = tuple(path for path in call.paths if path.endswith((".hcl", ".json")))
    paths = named or (() if call.paths else _usual(call.folder, files))
    return BakeSet(paths, call.folder, call.only, call.overrides)


def set_builds(
    workspace: Workspace, bake_set: BakeSet
) -> Iterator[BuildDefinition | Unresolved]:
    """The builds of files that bake reads together."""
    bake = BakeFile()
    for path in bake_set.paths:
        text = workspace.text(path)
        if text is None:
            yield Unresolved(Written(path), f"{path} does not exist, or is too long")
            return
        try:
            read_bake(bake, path, text)
        except UnreadableError as error:
            yield Unresolved(Written(path), f"it cannot be read: {error}")
            return

    services = _services(workspace, bake_set)
    targets = BakeTargets(bake, services, bake_set.overrides)
    groups = targets.groups()
    built: list[str] = []
    if bake_set.compose:
        built = [name for name, service in services.items() if service.is_service_built]
    if built:
        # Every service that is built is in the group that is built without a name
        members = (*built, *groups.get(_DEFAULT, ()))
        groups[_DEFAULT] = list(dict.fromkeys(members))

    # Of several groups with a target the one is named that is asked for
    meant = bake_set.only or (_DEFAULT,)
    in_order = sorted(groups, key=lambda name: name not in meant)
    groups = {name: groups[name] for name in in_order}

    chosen: list[BakeTarget] = []
    names = (*built, *_chosen(targets, groups, bake_set.only))
    for name in dict.fromkeys(names):
        target = targets.resolved(name)
        if target is not None:
            chosen.append(target)
    folder = bake_set.folder
    if folder is None:
        folder = _start(workspace, bake_set.paths[0], chosen)
    yield from targets.unresolved
    for target in chosen:
        yield from _build(workspace, target, groups, folder)


def _services(workspace: Workspace, bake_set: BakeSet) -> Mapping[str, BakeTarget]:
    """The services of the compose files that bake reads first."""
    if bake_set.compose:
        return _merged_services(workspace, bake_set)
    folder = folder_of(bake_set.paths[0])
    names = [joined(folder, name) for name in _USUAL]
    usual = usual_compose_file(workspace, folder)
    if usual is None or bake_set.paths[0] not in names:
        return {}
    loader = ComposeLoader(workspace)
    services = loader.services(usual, folder, loader.variables(folder))
    return {name: _as_target(service) for name, service in services.items()}


def _merged_services(workspace: Workspace, bake_set: BakeSet) -> dict[str, BakeTarget]:
    loader = ComposeLoader(workspace)
    folder = bake_set.folder or "."
    variables = loader.variables(folder)
    services: dict[str, Service] = {}
    for path in bake_set.compose:
        for name, service in loader.services(path, folder, variables).items():
            base = services.get(name)
            services[name] = merged(base, service) if base is not None else service
    targets = map(_as_target, services.values())
    return {target.name: target for target in targets}


def _compose_files(workspace: Workspace, call: BuildCall) -> tuple[str, ...]:
    """The compose files that a call of bake reads."""
    if call.paths:
        return tuple(path for path in call.paths if path.endswith(_COMPOSE))
    usual = usual_compose_file(workspace, call.folder)
    return (usual,) if usual is not None else ()


def _as_target(service: Service) -> BakeTarget:
    """A service as bake sees it; its paths count from the root already."""
    section = service.build
    # Source: docker/buildx, bake/compose.go, sanitizeTargetName
    target_name = service.name.replace(".", "_")
    if section is None:
        return BakeTarget(target_name, service.written)
    more = section.bake or BakeSection({})
    context = section.context
    if context is not None and context.text is not None:
        context = Setting(_from_root(context.text), context.line)
    inline = None
    if section.inline is not None and section.inline.text is not None:
        inline = Inline(section.inline.text, section.inline_path, section.inline.line)
    known = [item.text for item in section.platforms if item.text is not None]
    platforms = dict.fromkeys((*known, *more.platforms))
    tags = dict.fromkeys((*section.tags, *more.tags))
    contexts = {name: item.text for name, item in section.contexts.items()}
    return BakeTarget(
        target_name,
        section.written,
        context,
        section.dockerfile,
        inline,
        section.target,
        {name: item.text for name, item in section.args.items()},
        tuple(platforms) or None,
        {name: _from_root(text) if text else None for name, text in contexts.items()},
        tuple(tags) or ((service.image,) if service.image else ()),
        merged_options(section.options, more.options),
        is_service_built=True,
        labels=section.labels,
    )


def _from_root(text: str) -> str:
    return text if ":" in text else rooted(text)


def _chosen(
    targets: BakeTargets, groups: Mapping[str, Sequence[str]], only: Sequence[str]
) -> list[str]:
    """The targets that are built: not those that are there to be inherited alone."""
    in_groups = {name for members in groups.values() for name in members}
    in_groups |= set(only)
    return [
        name
        for name in targets.own
        if name in in_groups or not (name.startswith("_") or name in targets.inherited)
    ]


def _start(workspace: Workspace, path: str, targets: Sequence[BakeTarget]) -> str:
    """Where bake is started: the nearest directory from which all Dockerfiles are found.

    Above the directory of the file that takes targets which name a path.
    """
    own, *above = folders_above(path)
    if _finds_all(workspace, own, targets) or not all(map(_names_path, targets)):
        return own
    for folder in above:
        if _finds_all(workspace, folder, targets):
            return folder
    return own


def _names_path(target: BakeTarget) -> bool:
    """Whether a target names a Dockerfile or a directory, which not every directory has."""
    context = target.context.text if target.context is not None else None
    return target.dockerfile is not None or context not in (None, ".", "")


def _finds_all(
    workspace: Workspace, folder: str, targets: Sequence[BakeTarget]
) -> bool:
    """Whether the Dockerfiles of all targets exist where bake is started in a directory."""
    dockerfiles = [_dockerfile(workspace, target, folder) for target in targets]
    known = [item.text for item in dockerfiles if item.text is not None]
    return bool(known) and all(workspace.is_file(text) for text in known)


def _context(target: BakeTarget, folder: str) -> Setting:
    written = target.context or Setting(".", target.written.line)
    if written.text is not None:
        written = Setting(written.text.removeprefix(_HERE) or ".", written.line)
    placed = local(folder, written)
    assert placed is not None
    return placed


def _dockerfile(workspace: Workspace, target: BakeTarget, folder: str) -> Setting:
    """The Dockerfile of a target where bake is started in a directory."""
    if target.inline is not None:
        return Setting(target.inline.path, target.inline.line)
    context = _context(target, folder)
    name = target.dockerfile
    if context.text is None or is_remote(context.text):
        return Setting(None, context.line, context.why)
    if name is not None and name.text is None:
        return name
    text = name.text if name is not None else None
    if text is not None and text.startswith(_HERE):
        placed = local(folder, Setting(text.removeprefix(_HERE), 0))
        assert placed is not None
        return placed
    return dockerfile_in(workspace, context.text, text)


def _build(
    workspace: Workspace,
    target: BakeTarget,
    groups: Mapping[str, Sequence[str]],
    folder: str,
) -> Iterator[BuildDefinition | Unresolved]:
    """The build of a target, and what of it is not known."""
    for problem in target.problems:
        yield Unresolved(target.written, f"target {target.name}: {problem}")
    if any(problem.startswith("dockerfile-inline") for problem in target.problems):
        return
    context = _context(target, folder)
    dockerfile = _dockerfile(workspace, target, folder)
    for part in (context, target.dockerfile, target.target, dockerfile):
        if part is not None and part.text is None and part.why:
            where = Written(target.written.path, part.line or target.written.line)
            yield Unresolved(where, f"target {target.name}: {part.why}")
            return
    assert context.text is not None
    stage = target.target
    options = tuple(item for items in target.options.values() for item in items)
    called = CalledWith("bake", options)
    yield BuildDefinition(
        dockerfile.text or "",
        context.text,
        BuildSourceKind.BAKE,
        (target.written,),
        _why(target, groups),
        (stage.text or None) if stage is not None else None,
        target.args,
        target.platforms or (),
        {name: _named(folder, text) for name, text in target.contexts.items()},
        inline=target.inline,
        names=(target.name, *target.tags),
        called=called,
        is_exported=called_for_files(called),
        labels=target.labels,
    )


def _named(folder: str, text: str | None) -> str | None:
    """A named context; `target:NAME` and what has a scheme stay as they are."""
    if text is None:
        return None
    path = text.removeprefix(_HERE)
    return path if ":" in path else joined(folder, path)


def _why(target: BakeTarget, groups: Mapping[str, Sequence[str]]) -> str:
    names = [name for name, members in groups.items() if target.name in members]
    if not names:
        return f"target {target.name}"
    return f"target {target.name} of group {names[0]}"
