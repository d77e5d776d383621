"""Dependencies that are in the sources of a project, so that its manifest alone is not enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lightship.pyproject.early_reads import refusal_of_node

_NODE_DEPENDENCIES = (
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "overrides",
    "resolutions",
)
_NODE_LOCAL = (
    "file:",
    "link:",
    "patch:",
    "portal:",
    "workspace:",
    ".",
    "/",
    "~/",
)
_LOCAL_MARKS = ("@ file:", "file:///", "{root:uri}")
# Tables with the key `path` or `file` that say nothing of what is installed
_NO_DEPENDENCIES = frozenset(
    "hatch version readme license include exclude packages dynamic".split()
)
_LOOKED_AT = frozenset(
    """project dependencies optional-dependencies dependency-groups tool uv sources
    dev-dependencies poetry group extras pdm packages dev-packages""".split()
)
_MOST_VALUES = 20_000  # of a manifest that are looked at
_A_DIRECTORY = "a dependency is a directory of the project"
_A_WORKSPACE = "the project is a workspace"


def node_refusal(data: Mapping[str, Any]) -> str:
    """Why package.json alone is not enough."""
    if data.get("workspaces"):
        return _A_WORKSPACE
    for field in _NODE_DEPENDENCIES:
        wanted = data.get(field)
        if not isinstance(wanted, dict):
            continue
        for version in map(str, wanted.values()):
            if _is_local_version(version):
                return f"{_A_DIRECTORY}: {version}"
    return refusal_of_node(data)


def _is_local_version(version: str) -> bool:
    if "://" not in version and version.endswith((".tgz", ".tar.gz")):
        return True
    return version.startswith(_NODE_LOCAL)


def local_refusal(data: Mapping[str, Any], *, is_workspace: bool = False) -> str:
    """Why pyproject.toml or Pipfile alone is not enough.

    A dependency is in the sources, or only they tell which. `is_workspace` is whether the manifests
    of all members of the workspace are there too.
    """
    project = data.get("project")
    if isinstance(project, dict) and "dependencies" in str(project.get("dynamic")):
        return "the dependencies are dynamic: they are known from the sources only"

    # Each value with the key that it stands at
    waiting: list[tuple[str, Any]] = [("", data)]
    seen = 0
    while waiting and seen < _MOST_VALUES:
        name, value = waiting.pop()
        seen += 1
        if isinstance(value, list):
            waiting += [(name, item) for item in value]
        elif isinstance(value, str):
            if any(mark in value for mark in _LOCAL_MARKS):
                return f"{_A_DIRECTORY}: {value}"
        elif isinstance(value, dict):
            refusal = _refusal_of_table(name, value, is_workspace)
            if refusal:
                return refusal
            inner = [item for item in value.items() if _is_looked_at(name, item[0])]
            waiting += inner
    return ""


def _refusal_of_table(name: str, value: Mapping[str, Any], is_workspace: bool) -> str:
    """Whether a table says that it is a directory, or that the project is a workspace."""
    place = value.get("path") or value.get("file")
    if isinstance(place, str) and name not in _NO_DEPENDENCIES:
        return f"{_A_DIRECTORY}: {place}"
    if is_workspace:
        return ""

    is_root = name == "uv" and "workspace" in value
    is_member = value.get("workspace") is True
    return _A_WORKSPACE if is_root or is_member else ""


def _is_looked_at(table: str, key: str) -> bool:
    """Whether a table may say what is installed, by its key and that of the table around it."""
    if table == "tool":
        return key in ("uv", "poetry", "pdm")
    return key in _LOOKED_AT or table in _LOOKED_AT
