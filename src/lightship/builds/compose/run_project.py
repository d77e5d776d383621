"""The services of a compose file that are started together, with all that they stand on."""

from __future__ import annotations

from collections.abc import Mapping

from lightship.builds.build_paths import dockerfile_in
from lightship.builds.compose.loader import ComposeLoader, Services
from lightship.builds.compose.projects import (
    OVERRIDES,
    USUAL,
    needs_base,
    placed,
    usual_compose_file,
)
from lightship.builds.compose.run_settings import Fill
from lightship.builds.compose.service import Origin, Service, merged
from lightship.builds.workspace import Workspace, folder_of, joined
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record

SECRETS, CONFIGS, VOLUMES, NETWORKS = "secrets", "configs", "volumes", "networks"
_TRUE = "true"


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
    """The services that `docker compose` starts from a file, and what the file has at its top."""

    path: str
    services: Mapping[str, Service]
    origins: Mapping[str, Origin]
    loader: ComposeLoader

    def top(self, key: str, fill: Fill) -> dict[str, TopEntry]:
        """The secrets, configs, volumes or networks of all its files, by name."""
        found: dict[str, TopEntry] = {}
        for origin in self.origins.values():
            for name, node in self.loader.top_level(origin.path, key).items():
                found.setdefault(name, _entry(node, origin, fill))
        return found


def run_project(workspace: Workspace, path: str) -> RunProject:
    """What is started from a compose file: an override stands on the usual file of its directory.

    Another file does so too, where it leaves something out that the usual one says.
    """
    loader = ComposeLoader(workspace)
    folder = folder_of(path)
    variables = loader.variables(folder)
    own = loader.services(path, folder, variables)
    usual = usual_compose_file(workspace, folder)
    services = own
    if usual is not None and usual != path:
        base = loader.services(usual, folder, variables)
        is_override = path.rpartition("/")[2] in OVERRIDES
        if is_override or needs_base(own, base):
            services = _on_top(base, own)

    folders = _folders_of_compose_files(workspace)
    listed = placed(loader, list(services.values()), folders)
    by_name = {service.name: service for service in listed}
    return RunProject(path, by_name, _origins(listed), loader)


def _folders_of_compose_files(workspace: Workspace) -> list[str]:
    folders = [folder_of(path) for path in workspace.paths]
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
    has_content = node.get("content") is not None
    return TopEntry(
        is_external,
        joined(origin.folder, file) if file else None,
        text("environment"),
        file,
        text("content") if has_content else None,
    )


def builds_dockerfile(workspace: Workspace, service: Service, dockerfile: str) -> bool:
    """Whether a service is built from a Dockerfile, which counts from the workspace."""
    section = service.build
    if section is None or section.inline is not None:
        return False
    context = section.context.text if section.context else service.folder
    if context is None:
        return False
    name = section.dockerfile.text if section.dockerfile is not None else None
    found = dockerfile_in(workspace, context, name)
    return found.text == dockerfile


def unread_override(workspace: Workspace, project: RunProject) -> str:
    """The override beside a usual file that `docker compose up` would read too; empty without."""
    if not is_usual(project.path):
        return ""
    for name in OVERRIDES:
        path = joined(folder_of(project.path), name)
        if path is not None and workspace.is_file(path):
            return "" if path in project.origins else path
    return ""


def is_usual(path: str) -> bool:
    """Whether compose reads a file without being told its name."""
    return path.rpartition("/")[2] in USUAL
