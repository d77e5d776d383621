"""The services of a compose file that are started together, with all that they stand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from functools import reduce

from lightship.builds.build_paths import dockerfile_in
from lightship.builds.compose.loader import ComposeLoader, Services
from lightship.builds.compose.merged_services import merged
from lightship.builds.compose.projects import (
    OVERRIDES,
    USUAL,
    needs_base,
    placed,
    usual_compose_file,
)
from lightship.builds.compose.run_settings import Fill
from lightship.builds.compose.service import Service, ServicePart
from lightship.builds.compose.service_values import Origin
from lightship.builds.workspace import Workspace, folder_of, joined
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record

SECRETS, CONFIGS, VOLUMES, NETWORKS = "secrets", "configs", "volumes", "networks"
# Keys by which an override makes a developer's container of the image: a reloader, a debugger, root
_OF_DEVELOPMENT = ("command", "entrypoint", "user", "working_dir")
Keys = tuple[str, ...]


@record
class TopEntry:
    """A secret, config, volume or network at the top of a file.

    `file` is a path from the workspace, None without one or for one outside. `text` is what is
    written of it: the path, or the content.
    """

    is_external: bool = False
    file: str | None = None
    variable: str = ""
    text: str = ""
    content: str | None = None


@record(eq=False)
class RunProject:
    """The services that `docker compose` starts from files, and what these have at their top.

    Each of `files` stands on those before it. `left_out` are the keys of an override that say how
    a developer starts a service, by its name.
    """

    files: tuple[str, ...]
    services: Mapping[str, Service]
    origins: Mapping[str, Origin]
    loader: ComposeLoader
    left_out: Mapping[str, Keys] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The first file, after whose directory compose calls the project."""
        return self.files[0]

    def top(self, key: str, fill: Fill) -> dict[str, TopEntry]:
        """The secrets, configs, volumes or networks of all its files, by name."""
        # What another file says of a name, the files themselves may say otherwise
        others = [path for path in self.origins if path not in self.files]
        entries: dict[str, TopEntry] = {}
        for path in (*reversed(others), *self.files):
            origin = self.origins.get(path)
            if origin is None:
                continue
            nodes = self.loader.top_level(path, key)
            for name, node in nodes.items():
                entries[name] = _entry(node, origin, fill)
        return entries


def run_project(
    workspace: Workspace, *paths: str, override: str | None = None
) -> RunProject:
    """What is started from compose files, as with `docker compose -f A -f B`.

    One file alone stands on the usual file of its directory where it is an override, or leaves
    something out that the usual one says. `override` is the one that compose reads unasked: of a
    service that is built here it says what that one needs, and not how a developer starts it.
    """
    loader = ComposeLoader(workspace)
    folder = folder_of(paths[0])
    variables = loader.variables(folder)
    read = [loader.services(path, folder, variables) for path in paths]
    files = list(paths)
    usual = usual_compose_file(workspace, folder)
    is_other = len(paths) == 1 and paths[0] != usual
    if is_other and usual is not None:
        base = loader.services(usual, folder, variables)
        stands_on_base = _is_override(paths[0]) or needs_base(read[0], base)
        if stands_on_base:
            read.insert(0, base)
            files.insert(0, usual)
    services = reduce(_on_top, read)

    left_out: dict[str, Keys] = {}
    if override is not None:
        over = loader.services(override, folder, variables)
        for name, service in over.items():
            keys = _developer_keys(services.get(name), service)
            said = [key for key in keys if _says(service, key)]
            left_out[name] = tuple(said)
            if keys:
                over[name] = _without(service, keys)
        services = _on_top(services, over)
        files.append(override)

    folders = _folders_of_compose_files(workspace)
    listed = placed(loader, list(services.values()), folders)
    by_name = {service.name: service for service in listed}
    origins = _origins(listed)
    return RunProject(tuple(files), by_name, origins, loader, left_out)


def _is_override(path: str) -> bool:
    return path.rpartition("/")[2] in OVERRIDES


def _developer_keys(base: Service | None, over: Service) -> list[str]:
    """The keys of an override that say how a developer builds and starts a service.

    `base` is the service below. There are none where it is not built here.
    """
    if base is None or (base.build is None and over.build is None):
        return []
    keys = [*_OF_DEVELOPMENT]
    if base.build is not None:
        keys.append("build")
    if base.build is not None or base.image is not None:
        keys.append("image")
    return keys


def _says(service: Service, key: str) -> bool:
    return any(part.node.get(key) for part in service.parts)


def _without(over: Service, keys: Sequence[str]) -> Service:
    """What an override says of a service but these keys."""
    parts = [_part_without(part, keys) for part in over.parts]
    return replace(
        over,
        build=None if "build" in keys else over.build,
        image=None if "image" in keys else over.image,
        replaces=False,
        start="",
        parts=tuple(parts),
    )


def _part_without(part: ServicePart, keys: Sequence[str]) -> ServicePart:
    entries = part.node.entries.items()
    kept = {key: value for key, value in entries if key not in keys}
    node = replace(part.node, value=kept)
    return ServicePart(node, part.origin)


def _folders_of_compose_files(workspace: Workspace) -> list[str]:
    folders = map(folder_of, workspace.paths)
    return list(dict.fromkeys(folders))


def _on_top(base: Services, over: Services) -> Services:
    services = dict(base)
    for name, service in over.items():
        below = base.get(name)
        services[name] = service if below is None else merged(below, service)
    return services


def _origins(services: list[Service]) -> dict[str, Origin]:
    """The files that say something, by their paths."""
    origins: dict[str, Origin] = {}
    for service in services:
        for part in service.parts:
            origins.setdefault(part.origin.path, part.origin)
    return origins


def _entry(node: YamlNode, origin: Origin, fill: Fill) -> TopEntry:
    def text(key: str) -> str:
        value = node.get(key)
        if value is None or value.text is None:
            return ""
        return fill(value.text, origin.variables) or ""

    external = node.get("external")
    is_external = external is not None and external.text != "false"
    file = text("file")
    path = joined(origin.folder, file) if file else None
    has_content = node.get("content") is not None
    content = text("content") if has_content else None
    return TopEntry(is_external, path, text("environment"), file, content)


def builds_dockerfile(workspace: Workspace, service: Service, dockerfile: str) -> bool:
    """Whether a service is built from a Dockerfile, which counts from the workspace."""
    section = service.build
    if section is None or section.inline is not None:
        return False
    context, written = section.context, section.dockerfile
    folder = context.text if context else service.folder
    if folder is None:
        return False
    name = written.text if written is not None else None
    found = dockerfile_in(workspace, folder, name)
    return found.text == dockerfile


def override_beside(workspace: Workspace, path: str) -> str | None:
    """The override that `docker compose up` reads beside a usual file."""
    if not is_usual(path):
        return None
    for name in OVERRIDES:
        override = joined(folder_of(path), name)
        if override is not None and workspace.is_file(override):
            return override
    return None


def is_usual(path: str) -> bool:
    """Whether compose reads a file without being told its name."""
    return path.rpartition("/")[2] in USUAL
