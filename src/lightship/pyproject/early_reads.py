"""What an install reads besides manifests and lock files, before the sources are there.

Options leave the project itself out (`--no-root`, `--no-install-project`, `--no-self`), and still:
Poetry reads the licence that pyproject.toml names and runs its plugins, of which some ask git for
the version; uv builds the metadata of a project with a dynamic version where the lock file does
not settle it; npm and PDM run scripts of the project. Tried with Poetry 2.5.1 with
poetry-dynamic-versioning 1.10.1, and with uv 0.13.9 and 0.5.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lightship.context.files import Context
from lightship.pyproject.data_files import (
    at,
    json_of,
    rows,
    table,
    text_at,
    toml,
)
from lightship.pyproject.dependency import normalised
from lightship.pyproject.manifest_text import text_of

# Plugins of Poetry that take a version from the repository or the code at every command: their
# settings, and the key that switches them on
_VERSION_PLUGINS = {
    "poetry-dynamic-versioning": "enable",
    "poetry-version-plugin": "source",
    "poetry-git-version-plugin": "",
}
# Plugins of Poetry that only add commands, or that variables steer
_HARMLESS_PLUGINS = frozenset(
    """poetry-audit-plugin poetry-plugin-bundle poetry-plugin-export poetry-plugin-pypi-mirror
    poetry-plugin-shell poetry-plugin-up""".split()
)
# docs.npmjs.com/cli/using-npm/scripts; Yarn 1 runs prepublish too, pnpm one of its own
_NODE_HOOKS = (
    "preinstall",
    "install",
    "postinstall",
    "prepublish",
    "prepare",
    "preprepare",
    "postprepare",
    "dependencies",
    "pnpm:devPreinstall",
)
# Packages whose postinstall makes code of files of the project (prisma.io/docs, generators)
_READERS = ("@prisma/client",)
# pdm-project.org/latest/reference/api/#pdm.signals: scripts of these names run by themselves
_PDM_HOOKS = (
    "pre_install",
    "post_install",
    "pre_lock",
    "post_lock",
    "pre_invoke",
)
_UV_PLACES = ("find-links", "index-url", "extra-index-url", "index")


def refusal_of_python(
    context: Context, tool: str, directory: str, data: Mapping[str, Any]
) -> str:
    """Why a pyproject.toml is not enough for an install that leaves the project out.

    Empty where nothing is known to prevent it. `directory` is that of the project, from the root
    of the context.
    """
    if tool == "poetry":
        return _refusal_of_plugins(data)
    if tool == "pdm":
        return _refusal_of_hooks(table(data, "tool", "pdm", "scripts"), _PDM_HOOKS)
    if tool != "uv":
        return ""
    if _has_open_version(context, directory, data):
        return "the version is dynamic: uv builds the project to know it"
    return refusal_of_indexes(table(data, "tool", "uv"))


def _refusal_of_plugins(data: Mapping[str, Any]) -> str:
    for name, switch in _VERSION_PLUGINS.items():
        settings = at(data, "tool", name)
        if isinstance(settings, Mapping) and (not switch or settings.get(switch)):
            return f"{name} takes the version from the repository"
    for name in table(data, "tool", "poetry", "requires-plugins"):
        if normalised(name) not in _HARMLESS_PLUGINS:
            return f"Poetry runs the plugin {name}, which may read the sources"
    return ""


def _refusal_of_hooks(scripts: object, hooks: tuple[str, ...]) -> str:
    if not isinstance(scripts, Mapping):
        return ""
    for name in hooks:
        if name in scripts:
            return f"the install runs the script {name} of the project"
    return ""


def _has_open_version(
    context: Context, directory: str, data: Mapping[str, Any]
) -> bool:
    """Whether uv has to build the project to lock it.

    uv does so for a version that pyproject.toml does not state, unless a lock file has the project
    without a version, as uv 0.13 writes it; with a version in it, as 0.5 writes it, uv builds the
    project to see whether the lock file is still right.
    """
    if "version" not in rows(data, "project", "dynamic"):
        return False
    name = normalised(text_at(data, "project", "name"))
    lock = _lock_above(context, directory)
    for package in rows(lock, "package"):
        if isinstance(package, Mapping) and package.get("name") == name:
            return "version" in package
    return True


def _lock_above(context: Context, directory: str) -> Mapping[str, Any]:
    """The lock file of uv beside the project, or that of its workspace."""
    for folder in (directory, *_above(directory)):
        path = f"{folder}/uv.lock".lstrip("/")
        if context.read(path) is not None and not context.ignore.matches(path):
            return toml(context, path)
    return {}


def refusal_of_indexes(settings: Mapping[str, Any]) -> str:
    """Why settings of uv are not enough: an index, or a place for wheels, is a directory."""
    for place in _index_places(settings):
        if "://" not in place or place.startswith("file:"):
            return f"packages are looked for in {place}, which may be in the sources"
    return ""


def _index_places(settings: Mapping[str, Any]) -> Iterator[str]:
    for key in _UV_PLACES:
        stated = settings.get(key)
        for item in stated if isinstance(stated, list) else [stated]:
            place = text_at(item, "url") if isinstance(item, Mapping) else item
            if isinstance(place, str) and place:
                yield place
    pip = settings.get("pip")
    if isinstance(pip, Mapping):
        yield from _index_places(dict(pip, pip=None))


def files_of_python(tool: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    """Files that pyproject.toml names and that the tool reads at each command, from the directory
    of the project: Poetry the licence.
    """
    licence = text_at(data, "project", "license", "file")
    return (licence,) if tool == "poetry" and licence else ()


def refusal_of_node(data: Mapping[str, Any]) -> str:
    """Why package.json is not enough: scripts of it, or of a dependency, read the sources."""
    for field in ("dependencies", "devDependencies"):
        for name in _READERS:
            if name in table(data, field):
                return f"{name} reads its settings in the sources when it is installed"
    return _refusal_of_hooks(data.get("scripts"), _NODE_HOOKS)


def refusal_around(context: Context, tool: str, directory: str) -> str:
    """Why the files of a project are not enough: it belongs to a workspace, or Yarn 1 runs a
    program of the sources.
    """
    settings = text_of(context, f"{directory}/.yarnrc".lstrip("/"))
    if tool == "yarn" and "yarn-path" in settings:
        return ".yarnrc names the program to run"
    for folder in _above(directory):
        if _is_workspace(context, tool, folder):
            return "the project is part of a workspace"
    return ""


def _is_workspace(context: Context, tool: str, folder: str) -> bool:
    prefix = f"{folder}/" if folder else ""
    if tool == "uv":
        data = toml(context, f"{prefix}pyproject.toml")
        return bool(table(data, "tool", "uv", "workspace"))
    if tool == "pnpm" and context.read(f"{prefix}pnpm-workspace.yaml") is not None:
        return True
    if tool in ("npm", "yarn", "pnpm", "bun"):
        return bool(json_of(context, f"{prefix}package.json").get("workspaces"))
    return False


def _above(directory: str) -> Iterator[str]:
    """The directories above one, up to the root of the context."""
    while directory:
        directory = directory.rpartition("/")[0]
        yield directory
