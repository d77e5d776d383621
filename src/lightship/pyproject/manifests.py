"""The files that an install of dependencies reads: manifests, lock files, settings.

And what speaks against it.

With a build context they are looked up and read: a manifest that asks for local directories, or
that runs scripts of the project while it is installed, needs the sources. Without one, the usual
names are all there is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lightship.context.files import Context
from lightship.context.wildcards import clean
from lightship.pyproject.data_files import (
    parse_json,
    parse_toml,
    table,
    text_of,
    toml,
    yaml_of,
)
from lightship.pyproject.early_reads import (
    files_of_python,
    refusal_around,
    refusal_of_indexes,
    refusal_of_node,
    refusal_of_python,
)
from lightship.pyproject.requirements import (
    FILE_OPTIONS,
    RequirementLine,
    included,
    lines_of,
)
from lightship.pyproject.uv_workspaces import workspace_members
from lightship.record import record
from lightship.regex import regex

# Per tool: the manifest, then what may stand beside it
_FILES = {
    "uv": ("pyproject.toml", "uv.lock", "uv.toml", ".python-version"),
    "poetry": ("pyproject.toml", "poetry.lock", "poetry.toml"),
    "pdm": ("pyproject.toml", "pdm.lock", "pdm.toml"),
    "pipenv": ("Pipfile", "Pipfile.lock"),
    "npm": ("package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc"),
    "yarn": ("package.json", "yarn.lock", ".yarnrc", ".npmrc"),
    "pnpm": (
        "package.json",
        "pnpm-lock.yaml",
        "pnpm-workspace.yaml",
        ".npmrc",
        ".pnpmfile.cjs",
    ),
    "bun": ("package.json", "bun.lock", "bun.lockb", "bunfig.toml", ".npmrc"),
}
# The same without a context: a pattern is right whether the file is there or not
_GUESSED = {
    "uv": ("pyproject.toml", "uv.lock*"),
    "poetry": ("pyproject.toml", "poetry.lock*"),
    "pdm": ("pyproject.toml", "pdm.lock*"),
    "pipenv": ("Pipfile", "Pipfile.lock*"),
    "npm": ("package*.json",),
    "yarn": ("package.json", "yarn.lock*"),
    "pnpm": ("package.json", "pnpm-lock.yaml*"),
    "bun": ("package.json", "bun.lock*"),
}
_NEED_MORE = {
    # With a binding.gyp, an install builds the project
    "yarn": (".yarnrc.yml", ".yarn", "binding.gyp"),
    "npm": ("patches", "binding.gyp"),
    "pnpm": ("patches", "binding.gyp", ".pnpmfile.mjs"),
    "bun": ("patches", "binding.gyp"),
}
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
# `git+file:///app/lib`, `name @ file:lib`
_FILE_URL = regex(r"(?:^|@ |\+)file:")
_YAML = (".yml", ".yaml")
_MOST_MEMBERS = 20  # of a workspace, each with a COPY of its own
ARTEFACTS = {"node": ("node_modules",), "python": (".venv", "venv", "__pypackages__")}
_MANIFEST_NAMES = frozenset(name for names in _FILES.values() for name in names) | {
    "setup.py",
    "setup.cfg",
    "Dockerfile",
    ".dockerignore",
    "Gemfile",
    "Gemfile.lock",
    "environment.yml",
}


@record
class Manifests:
    """`paths` from the root of the context, the named one first.

    `refusal` says why they are not enough.
    """

    paths: tuple[str, ...]
    refusal: str = ""
    # The project is never installed itself: it has no build system
    virtual: bool = False
    # It is the root of a workspace of uv, whose members it installs too
    workspace: bool = False


def is_manifest(path: str) -> bool:
    """Whether a file says what to install, by its name: never a source."""
    name = path.rpartition("/")[2]
    plain = name in _MANIFEST_NAMES or name.endswith((".lock", ".in"))
    return plain or (
        name.endswith(".txt") and ("require" in path.lower() or "constraint" in name)
    )


def of_dependencies(context: Context | None, path: str) -> Manifests:
    """A pyproject.toml of which only the dependencies are asked for: they must be stated there."""
    text = context.read(path) if context is not None else None
    if context is None or text is None or context.ignore.matches(path):
        return Manifests((), f"{path} is not in the build context")
    data = parse_toml(text.removeprefix("\ufeff")) or {}
    project = data.get("project")
    if not isinstance(project, Mapping) or not isinstance(
        project.get("dependencies"), list
    ):
        return Manifests((path,), f"{path} states no dependencies")
    return Manifests((path,), _local_refusal(data))


def settings_of_uv(context: Context, path: str) -> Manifests | None:
    """A uv.toml, or a pyproject.toml with settings of uv; None where it has none."""
    if context.read(path) is None or context.ignore.matches(path):
        return None
    data = toml(context, path)
    settings = data if path.endswith("uv.toml") else table(data, "tool", "uv")
    return Manifests((path,), refusal_of_indexes(settings)) if settings else None


def of_requirements(context: Context | None, path: str) -> Manifests:
    """A requirements file of pip, or an environment file of conda, with all that it includes."""
    if path.endswith(".toml"):
        return of_dependencies(context, path)
    if context is None:
        return Manifests((path,))
    found: list[str] = []
    seen = {path}
    waiting = deque(seen)
    while waiting:
        path = waiting.popleft()
        if context.read(path) is None or context.ignore.matches(path):
            return Manifests(tuple(found), f"{path} is not in the build context")
        found.append(path)
        for line in _requirement_lines(
            _of_environment(context, path)
            if path.endswith(_YAML)
            else text_of(context, path)
        ):
            if line.option not in FILE_OPTIONS:
                return Manifests(
                    tuple(found),
                    f"{path} asks for {line.value}, which is in the sources",
                )
            other = included(path, line.value)
            if "://" not in line.value and other not in seen:
                seen.add(other)
                waiting.append(other)
    return Manifests(tuple(found))


def _of_environment(context: Context, path: str) -> str:
    """What an environment file hands on to pip, as lines of a requirements file."""
    listed = yaml_of(context, path).get("dependencies")
    items = listed if isinstance(listed, list) else []
    found = [item.get("pip") for item in items if isinstance(item, Mapping)]
    return "\n".join(
        str(line) for lines in found if isinstance(lines, list) for line in lines
    )


def _requirement_lines(text: str) -> Iterator[RequirementLine]:
    """The lines that name a file or a directory."""
    for line in lines_of(text):
        named = line.option in (
            "-e",
            "--editable",
            "-f",
            "--find-links",
        ) and not _is_url(line.value)
        is_index = line.option in ("-i", "--index-url", "--extra-index-url")
        if (
            line.option in FILE_OPTIONS
            or (is_index and line.value.startswith("file:"))
            or named
            or (not line.option and _is_path(line.value))
        ):
            yield line


def _is_url(text: str) -> bool:
    return "://" in text and not _FILE_URL.search(text)


def _is_path(text: str) -> bool:
    """A requirement that is a file or a directory of its own."""
    if _is_url(text):
        return False
    named = text.partition(";")[0].strip()
    name, at, place = named.partition(" @ ")
    first = name.split(maxsplit=1)[:1]
    if any("/" in word for word in first) or (at and place.startswith((".", "/"))):
        return True
    archive = named.endswith((".whl", ".tar.gz", ".zip"))
    return archive or text.startswith((".", "/", "file:")) or "@ file:" in text


def of_project(context: Context | None, tool: str, directory: str) -> Manifests:
    """What a tool reads of the project in `directory` (from the root of the context, empty
    for the root).
    """
    prefix = f"{directory}/" if directory else ""
    if context is None:
        return Manifests(tuple(prefix + name for name in _GUESSED.get(tool, ())))
    more = next(
        (name for name in _NEED_MORE.get(tool, ()) if context.exists(prefix + name)),
        None,
    )
    if more:
        return Manifests((), f"the install reads {prefix}{more} too")
    first, *others = (prefix + name for name in _FILES.get(tool, ("",)))
    text = context.read(first)
    if text is None or context.ignore.matches(first):
        return Manifests((), f"{first} is not in the build context")
    paths = (
        first,
        *(
            path
            for path in others
            if context.read(path) is not None and not context.ignore.matches(path)
        ),
    )
    data = (parse_json if first.endswith(".json") else parse_toml)(
        text.removeprefix("\ufeff")
    )
    if data is None:
        return Manifests(paths, f"{first} cannot be read")
    return _read(context, tool, directory, data, paths)


def _read(
    context: Context,
    tool: str,
    directory: str,
    data: Mapping[str, Any],
    paths: tuple[str, ...],
) -> Manifests:
    """What the manifest, the first of `paths`, asks for besides them."""
    for path in paths:
        if tool == "uv" and path.rpartition("/")[2] == "uv.toml":
            refused = refusal_of_indexes(toml(context, path))
            if refused:
                return Manifests(paths, refused)
    for name in files_of_python(tool, data):
        named = clean(f"{directory or '.'}/{name}")
        if context.read(named) is None or context.ignore.matches(named):
            return Manifests(paths, f"{named} is not in the build context")
        paths = (*paths, named)
    if tool == "uv":
        members = workspace_members(context, directory, data)
        if members is not None:
            return _of_workspace(context, paths, data, members)
    if paths[0].endswith(".json"):
        refusal = _node_refusal(data)
    else:
        refusal = _local_refusal(data)
        refusal = refusal or refusal_of_python(context, tool, directory, data)
    refusal = refusal or refusal_around(context, tool, directory)
    if tool == "pnpm" and any(path.endswith("workspace.yaml") for path in paths):
        refusal = refusal or "the project is a workspace"
    return Manifests(paths, refusal, _is_virtual(tool, data))


def _of_workspace(
    context: Context,
    paths: tuple[str, ...],
    data: Mapping[str, Any],
    members: Sequence[str],
) -> Manifests:
    """The manifests of a workspace of uv: those of the root, and one of each member."""
    everything = (*paths, *members)
    if not members or len(members) > _MOST_MEMBERS:
        return Manifests(everything, "the project is a workspace")

    root = paths[0].rpartition("/")[0]
    refusal = _local_refusal(data, is_workspace=True)
    refusal = refusal or refusal_of_python(context, "uv", root, data)
    for path in members:
        text = context.read(path) or ""
        member = parse_toml(text.removeprefix("\ufeff"))
        if member is None:
            return Manifests(everything, f"{path} cannot be read")
        folder = path.rpartition("/")[0]
        refusal = refusal or _local_refusal(member, is_workspace=True)
        refusal = refusal or refusal_of_python(context, "uv", folder, member)
    return Manifests(everything, refusal, workspace=True)


def _node_refusal(data: Mapping[str, Any]) -> str:
    """Why package.json alone is not enough."""
    if data.get("workspaces"):
        return "the project is a workspace"
    for field in _NODE_DEPENDENCIES:
        wanted = data.get(field)
        for version in wanted.values() if isinstance(wanted, dict) else ():
            if _is_local_version(str(version)):
                return f"a dependency is a directory of the project: {version}"
    return refusal_of_node(data)


def _is_local_version(version: str) -> bool:
    if "://" not in version and version.endswith((".tgz", ".tar.gz")):
        return True
    return version.startswith(_NODE_LOCAL)


def _local_refusal(data: Mapping[str, Any], *, is_workspace: bool = False) -> str:
    """Why pyproject.toml or Pipfile alone is not enough: a dependency is in the sources, or
    only they tell which.

    `is_workspace` is whether the manifests of all members of the workspace are there too.
    """
    project = data.get("project")
    if isinstance(project, dict) and "dependencies" in str(project.get("dynamic")):
        return "the dependencies are dynamic: they are known from the sources only"
    waiting: list[tuple[str, Any]] = [("", data)]
    seen = 0
    while waiting and seen < 20_000:
        name, value = waiting.pop()
        seen += 1
        if isinstance(value, list):
            waiting += [(name, item) for item in value]
        elif isinstance(value, str) and any(mark in value for mark in _LOCAL_MARKS):
            return f"a dependency is a directory of the project: {value}"
        elif isinstance(value, dict):
            place = value.get("path") or value.get("file")
            if isinstance(place, str) and name not in _NO_DEPENDENCIES:
                return f"a dependency is a directory of the project: {place}"
            is_shared = value.get("workspace") is True
            if not is_workspace and (
                is_shared or (name == "uv" and "workspace" in value)
            ):
                return "the project is a workspace"
            waiting += [
                (key, item) for key, item in value.items() if _is_looked_at(name, key)
            ]
    return ""


_LOCAL_MARKS = ("@ file:", "file:///", "{root:uri}")
# Tables with the key `path` or `file` that say nothing of what is installed
_NO_DEPENDENCIES = frozenset(
    "hatch version readme license include exclude packages dynamic".split()
)


def _is_looked_at(table: str, key: str) -> bool:
    return (
        key in ("uv", "poetry", "pdm")
        if table == "tool"
        else key in _LOOKED_AT or table in _LOOKED_AT
    )


_LOOKED_AT = frozenset(
    """project dependencies optional-dependencies dependency-groups tool uv sources
    dev-dependencies poetry group extras pdm packages dev-packages""".split()
)


def _is_virtual(tool: str, data: Mapping[str, Any]) -> bool:
    """Whether `uv sync` and `poetry install` leave the project itself alone without being
    told to.
    """
    settings = data.get("tool")
    own = settings.get(tool) if isinstance(settings, dict) else None
    own = own if isinstance(own, dict) else {}
    if tool == "uv":
        return own.get("package") is False or (
            "build-system" not in data and own.get("package") is not True
        )
    return tool == "poetry" and own.get("package-mode") is False
