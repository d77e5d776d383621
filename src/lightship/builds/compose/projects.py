"""Which compose files are used together, and the builds that each such project has.

In a directory `docker compose` reads the file with the usual name and its override. Other files
are read with `-f`: alone where they say all of their services, else on top of the usual one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lightship.builds.build_paths import Setting, dockerfile_in, is_remote
from lightship.builds.compose.build_section import BuildSection
from lightship.builds.compose.loader import ComposeLoader, Services
from lightship.builds.compose.merged_services import merged
from lightship.builds.compose.service import Service
from lightship.builds.compose.started_services import started_services
from lightship.builds.definition import (
    BuildCall,
    BuildDefinition,
    BuildSourceKind,
    CalledWith,
    Discovery,
    Inline,
    Purpose,
    Unresolved,
    Written,
)
from lightship.builds.purpose_names import purpose_of_name
from lightship.builds.workspace import (
    Workspace,
    folder_of,
    folders_above,
    joined,
)

# In the order in which compose prefers them: compose-go, cli/options.go
USUAL = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
)
OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
_MOST_STARTS = 50  # directories from which a compose file may be meant to be read
_WORDS = (b"build", b"include", b"extends")


def usual_compose_file(workspace: Workspace, folder: str) -> str | None:
    """The file that compose reads in a directory; None where there is none."""
    for name in USUAL:
        path = joined(folder, name)
        if path is not None and workspace.is_file(path):
            return path
    return None


def usual_compose_files(workspace: Workspace, folder: str) -> tuple[str, ...]:
    """The files that compose reads in a directory without being told."""
    usual = usual_compose_file(workspace, folder)
    if usual is None:
        return ()
    placed_overrides = [joined(folder, name) for name in OVERRIDES]
    overrides = [
        path
        for path in placed_overrides
        if path is not None and workspace.is_file(path)
    ]
    return (usual, *overrides[:1])


def compose_builds(
    workspace: Workspace, paths: Iterable[str], calls: Sequence[BuildCall] = ()
) -> Discovery:
    """All builds of all compose files among `paths`; `calls` say which are read together."""
    by_folder: dict[str, list[str]] = {}
    for path in paths:
        by_folder.setdefault(folder_of(path), []).append(path)

    loader = ComposeLoader(workspace)
    called = [call for call in calls if call.kind is BuildSourceKind.COMPOSE]
    projects = [_called_project(loader, call) for call in called if call.paths]
    decided = {path for call in called for path in call.paths}
    for folder, files in by_folder.items():
        projects += _projects(loader, folder, files, decided)
    starts = list(by_folder)
    items = [
        item
        for services in projects
        for item in _builds_of(workspace, placed(loader, services, starts))
    ]
    found = Discovery.of(items)
    return Discovery(found.builds, (*loader.unresolved, *found.unresolved))


def call_builds(workspace: Workspace, call: BuildCall) -> Discovery:
    """What one command of compose builds: of services that it starts, those that are missing."""
    loader = ComposeLoader(workspace)
    services = started_services(_called_project(loader, call), call)
    items = _builds_of(workspace, placed(loader, services, ()))
    found = Discovery.of(items)
    return Discovery(found.builds, (*loader.unresolved, *found.unresolved))


def placed(
    loader: ComposeLoader, services: list[Service], starts: Sequence[str]
) -> list[Service]:
    """The services, read from another directory where none of their contexts exists.

    Paths count from the first file of a command, which may lie elsewhere than a later one.
    """
    built = [service for service in services if service.build is not None]
    paths = {service.written.path for service in built}
    if not built or len(paths) != 1 or any(_exists(loader, item) for item in built):
        return services
    path = paths.pop()
    if path.rpartition("/")[2] in (*USUAL, *OVERRIDES):
        return services
    answers: dict[tuple[object, ...], list[Service]] = {}
    for start in list(dict.fromkeys((*folders_above(path)[1:], *starts)))[
        :_MOST_STARTS
    ]:
        again = list(loader.services(path, start, loader.variables(start)).values())
        own = [service for service in again if service.build is not None]
        if own and all(_exists(loader, item) for item in own):
            answers.setdefault(tuple(_context_of(item) for item in own), again)
    return next(iter(answers.values())) if len(answers) == 1 else services


def _context_of(service: Service) -> str:
    context = service.build.context if service.build is not None else None
    return (context.text or "") if context is not None else service.folder


def _exists(loader: ComposeLoader, service: Service) -> bool:
    """Whether the context of a service is a directory."""
    context = _context_of(service)
    return is_remote(context) or loader.workspace.is_directory(context)


def _called_project(loader: ComposeLoader, call: BuildCall) -> list[Service]:
    """The services of the files that a command names."""
    variables = loader.variables(call.folder)
    services: Services = {}
    for path in call.paths:
        for name, service in loader.services(path, call.folder, variables).items():
            base = services.get(name)
            services[name] = merged(base, service) if base is not None else service
    return list(services.values())


def _projects(
    loader: ComposeLoader, folder: str, files: Sequence[str], decided: set[str]
) -> Iterator[list[Service]]:
    """The services of each project in a directory; of a second one only what it changes.

    Of the files that are `decided` only the usual ones are read here.
    """
    speaking = [path for path in files if _speaks(loader.workspace, path)]
    if not speaking:
        return
    variables = loader.variables(folder)
    usual = _first(folder, USUAL, files)
    override = _first(folder, OVERRIDES, files)
    base: Services = {}
    if usual is not None:
        base = loader.services(usual, folder, variables)
        yield list(base.values())

    for path in files:
        is_silent = path not in speaking and path != override
        if path == usual or path in decided or is_silent:
            continue
        own = loader.services(path, folder, variables)
        if path != override and not needs_base(own, base):
            yield list(own.values())
            continue
        yield [
            merged(base[name], service) if name in base else service
            for name, service in own.items()
        ]


def _speaks(workspace: Workspace, path: str) -> bool:
    """Whether a file may build something; one that does not is never parsed."""
    data = workspace.read(path)
    return data is not None and any(word in data for word in _WORDS)


def _first(folder: str, names: Sequence[str], files: Sequence[str]) -> str | None:
    """The first of some names that is there."""
    for name in names:
        path = joined(folder, name)
        if path in files:
            return path
    return None


def needs_base(own: Services, base: Services) -> bool:
    """Whether a file leaves out of a service what the usual file says of it."""
    return any(
        name in base and not service.stands_alone for name, service in own.items()
    )


def _builds_of(
    workspace: Workspace, services: Iterable[Service]
) -> Iterator[BuildDefinition | Unresolved]:
    listed = list(services)
    read = [
        (service, list(_build_of(workspace, service, service.build)))
        for service in listed
        if service.build is not None
    ]
    tested = _tested_dockerfiles(read) if _runs_tests(listed) else None
    for _, items in read:
        for item in items:
            if isinstance(item, BuildDefinition) and tested is not None:
                # Another stage beside that of the tests is the image that is tested
                is_helper = item.target is None or item.dockerfile not in tested
                yield replace(item, serves_tests=is_helper)
            else:
                yield item


def _runs_tests(services: Sequence[Service]) -> bool:
    """Whether services are there for tests: one of them runs these, and none is reached from
    outside or kept running, as one that is deployed is.
    """
    if any(service.is_reached or service.is_kept_running for service in services):
        return False
    return any(map(_is_named_for_tests, services))


def _is_named_for_tests(service: Service) -> bool:
    name = " ".join((service.name, *service.profiles))
    return purpose_of_name(name) is Purpose.TEST


def _tested_dockerfiles(
    read: Iterable[tuple[Service, Sequence[BuildDefinition | Unresolved]]],
) -> set[str]:
    """The Dockerfiles of which the tests have a stage."""
    return {
        item.dockerfile
        for service, items in read
        for item in items
        if _is_named_for_tests(service) and isinstance(item, BuildDefinition)
    }


def _build_of(
    workspace: Workspace, service: Service, section: BuildSection
) -> Iterator[BuildDefinition | Unresolved]:
    """The build of a service, and what of it is not known."""
    context = section.context or Setting(service.folder, section.written.line)
    for part in (context, section.dockerfile, section.target, section.inline):
        if part is not None and part.text is None:
            yield _unknown(service, section, part)
            return
    assert context.text is not None
    for platform in section.platforms:
        if platform.text is None:
            yield _unknown(service, section, platform)

    name = section.dockerfile.text if section.dockerfile is not None else None
    dockerfile = dockerfile_in(workspace, context.text, name)
    inline = _inline_of(section)
    if inline is not None:
        dockerfile = Setting(inline.path, inline.line)
    if dockerfile.text is None:
        yield _unknown(service, section, dockerfile)
        return

    platforms = [item.text for item in section.platforms if item.text is not None]
    yield BuildDefinition(
        dockerfile.text,
        context.text,
        BuildSourceKind.COMPOSE,
        (section.written,),
        _why(service),
        _text_of(section.target),
        {name: value.text for name, value in section.args.items()},
        tuple(platforms),
        {name: value.text for name, value in section.contexts.items()},
        inline=inline,
        names=_names(service, section),
        volumes=service.volumes,
        has_init=service.has_init,
        starts=(service.start,),
        is_worked_on=service.is_worked_on,
        has_user=bool(service.has_user),
        mounts=() if service.is_kept_running else service.mounts,
        called=_called(section),
        labels=section.labels,
    )


def _called(section: BuildSection) -> CalledWith | None:
    """The options with which compose builds it; None where there are none."""
    options = tuple(item for items in section.options.values() for item in items)
    return CalledWith("compose", options) if options else None


def _unknown(service: Service, section: BuildSection, part: Setting) -> Unresolved:
    line = part.line or section.written.line
    return Unresolved(
        Written(section.written.path, line), f"service {service.name}: {part.why}"
    )


def _inline_of(section: BuildSection) -> Inline | None:
    if section.inline is None or section.inline.text is None:
        return None
    return Inline(section.inline.text, section.inline_path, section.inline.line)


def _text_of(setting: Setting | None) -> str | None:
    """The text of a setting; an empty one says nothing."""
    return (setting.text or None) if setting is not None else None


def _why(service: Service) -> str:
    if not service.profiles:
        return f"service {service.name}"
    word = "profile" if len(service.profiles) == 1 else "profiles"
    return f"service {service.name} ({word} {', '.join(service.profiles)})"


def _names(service: Service, section: BuildSection) -> tuple[str, ...]:
    image = (service.image,) if service.image is not None else ()
    return (service.name, *dict.fromkeys((*image, *section.tags)))
