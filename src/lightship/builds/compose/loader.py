"""Reads compose files with what they include and extend.

Source: compose-go, loader/include.go and loader/extends.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lightship.builds.build_paths import is_remote
from lightship.builds.compose.merged_services import merged
from lightship.builds.compose.service import Service, read_service
from lightship.builds.compose.service_values import Origin, setting
from lightship.builds.definition import Unresolved, Written
from lightship.builds.env_file import read_env
from lightship.builds.workspace import Workspace, folder_of, folders_above, joined
from lightship.builds.yaml_tree import UnreadableError, YamlNode, read_yaml
from lightship.regex import regex

_DEEPEST = 20  # files that include, services that extend one another
_MOST_NAMES = 100  # that are looked up to find where compose is started
_IN_PWD = regex(
    r"(?m)^[^\S\n]*(?:build|context|dockerfile):\s*[\"']?\$(?:PWD|\{PWD\})/([\w./-]+)"
)
_MOST_SERVICES = 2_000  # of one project
# Keys of a file that has no services; without them it may be of the first version
_TOP_KEYS = frozenset({"services", "include", "version", "name", "networks", "volumes"})

Services = dict[str, Service]


class ComposeLoader:
    """Reads each file once; `unresolved` are the places that could not be followed."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.unresolved: list[Unresolved] = []
        self._trees: dict[str, list[YamlNode]] = {}

    def variables(self, folder: str) -> dict[str, str]:
        """The variables of `.env` in a directory."""
        path = joined(folder, ".env")
        text = self.workspace.text(path) if path is not None else None
        return read_env(text) if text is not None else {}

    def services(
        self, path: str, folder: str, variables: Mapping[str, str]
    ) -> Services:
        """The services of a file and of those that it includes; paths count from `folder`."""
        started_in = self._started_in(path, folder)
        origin = Origin(path, folder, variables.get, started_in)
        return self._services(origin, variables, (path,))

    def top_level(self, path: str, key: str) -> dict[str, YamlNode]:
        """What a file has at its top, below `volumes`, `networks`, `secrets` or `configs`."""
        found: dict[str, YamlNode] = {}
        for tree in self._documents(path):
            node = tree.get(key)
            found |= node.entries if node is not None else {}
        return found

    def _started_in(self, path: str, folder: str) -> str | None:
        """The directory from which all exists that a file names as `$PWD/api`."""
        text = self.workspace.text(path) or ""
        if "PWD" not in text:
            return None
        names = _IN_PWD.findall(text)[:_MOST_NAMES]
        for start in dict.fromkeys((folder, *folders_above(path))):
            if all(self._exists(start, name) for name in names):
                return start
        return None

    def _exists(self, folder: str, name: str) -> bool:
        path = joined(folder, name)
        if path is None:
            return False
        return self.workspace.is_directory(path) or self.workspace.is_file(path)

    def _services(
        self, origin: Origin, variables: Mapping[str, str], trail: tuple[str, ...]
    ) -> Services:
        services: Services = {}
        for tree in self._documents(origin.path):
            for name, service in self._included(tree, origin, variables, trail).items():
                services.setdefault(name, service)
            for name, node in _nodes_of(tree).items():
                if len(services) >= _MOST_SERVICES:
                    break
                own = self._extended(name, node, origin, ())
                services[name] = _joined(services.get(name), own)
        return services

    def _documents(self, path: str) -> list[YamlNode]:
        """The documents of a file; none where it cannot be read, which is noted once."""
        if path not in self._trees:
            self._trees[path] = []
            text = self.workspace.text(path)
            if text is None:
                self._miss(Written(path), f"{path} does not exist, or is too long")
                return []
            try:
                self._trees[path] = read_yaml(text)
            except UnreadableError as error:
                self._miss(Written(path), f"it cannot be read: {error}")
        return self._trees[path]

    def _miss(self, written: Written, why: str) -> None:
        self.unresolved.append(Unresolved(written, why))

    def _included(
        self,
        tree: YamlNode,
        origin: Origin,
        variables: Mapping[str, str],
        trail: tuple[str, ...],
    ) -> Services:
        """The services of all files that `include:` names."""
        services: Services = {}
        node = tree.get("include")
        for item in node.items if node is not None else ():
            for name, service in self._include(item, origin, variables, trail).items():
                services.setdefault(name, service)
        return services

    def _include(
        self,
        item: YamlNode,
        origin: Origin,
        variables: Mapping[str, str],
        trail: tuple[str, ...],
    ) -> Services:
        """What one entry includes: a file, or several that are merged."""
        named = item.get("path") or item
        paths = [self._path(part, origin) for part in named.items or [named]]
        known = [path for path in paths if path is not None]
        if not known or len(known) < len(paths):
            return {}
        if known[0] in trail or len(trail) > _DEEPEST:
            self._miss(Written(origin.path, item.line), f"{known[0]} includes itself")
            return {}

        folder = folder_of(known[0])
        if (own := item.get("project_directory")) is not None:
            folder = self._path(own, origin, is_folder=True) or folder
        inner = {**self._env_files(item, origin, folder), **variables}
        services: Services = {}
        for path in known:
            other = Origin(path, folder, inner.get)
            for name, service in self._services(other, inner, (*trail, path)).items():
                services[name] = _joined(services.get(name), service)
        return services

    def _env_files(self, item: YamlNode, origin: Origin, folder: str) -> dict[str, str]:
        """The variables of an included project."""
        node = item.get("env_file")
        if node is None:
            return self.variables(folder)
        values: dict[str, str] = {}
        for part in node.items or [node]:
            path = self._path(part, origin)
            text = self.workspace.text(path) if path is not None else None
            values |= read_env(text) if text is not None else {}
        return values

    def _path(
        self, node: YamlNode, origin: Origin, *, is_folder: bool = False
    ) -> str | None:
        """A path that a file names, which counts from its project; None where it is unknown."""
        written = Written(origin.path, node.line)
        found = setting(node, origin.variables)
        if found is None or found.text is None:
            why = found.why if found is not None else "it is empty"
            self._miss(written, f"the path is not known: {why}")
            return None
        if is_remote(found.text):
            self._miss(written, f"{found.text} is not a file of the repository")
            return None
        path = joined(origin.folder, found.text)
        if path is None:
            self._miss(written, f"{found.text} is outside the repository")
        elif not is_folder and not self.workspace.is_file(path):
            self._miss(written, f"{path} is not a file of the repository")
            return None
        return path

    def _extended(
        self,
        name: str,
        node: YamlNode,
        origin: Origin,
        trail: tuple[tuple[str, str], ...],
    ) -> Service:
        """A service on top of the one that it extends."""
        service = read_service(name, node, origin)
        extends = node.get("extends")
        if extends is None:
            return service

        base_name = extends.text
        other = origin
        if base_name is None:
            found = setting(extends.get("service"), origin.variables)
            base_name = found.text if found is not None else None
            file = extends.get("file")
            if file is not None:
                path = self._path(file, origin)
                if path is None:
                    return service
                other = Origin(path, folder_of(path), origin.variables)

        written = Written(origin.path, extends.line)
        step = (origin.path, name)
        if step in trail or len(trail) > _DEEPEST:
            self._miss(written, f"service {name} extends itself")
            return service
        base_node = self._service_node(other.path, base_name or "")
        if base_node is None:
            where = f"{other.path} has no service {base_name}"
            self._miss(written, f"{where}, which service {name} extends")
            return service
        base = self._extended(base_name or "", base_node, other, (*trail, step))
        return merged(replace(base, profiles=()), service)

    def _service_node(self, path: str, name: str) -> YamlNode | None:
        for tree in self._documents(path):
            node = _nodes_of(tree).get(name)
            if node is not None:
                return node
        return None


def _nodes_of(tree: YamlNode) -> dict[str, YamlNode]:
    """The services of a document as nodes.

    In the first version of the format they are its top level.
    """
    services = tree.get("services")
    if services is not None:
        return services.entries
    if not _TOP_KEYS.isdisjoint(tree.entries):
        return {}
    return {
        name: node
        for name, node in tree.entries.items()
        if "build" in node.entries or "image" in node.entries
    }


def _joined(base: Service | None, over: Service) -> Service:
    return over if base is None else merged(base, over)
