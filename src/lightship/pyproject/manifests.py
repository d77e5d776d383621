"""The files that an install of dependencies reads: manifests, lock files, settings.

And what speaks against it.

With a build context they are looked up and read: a manifest that asks for local directories, or
that runs scripts of the project while it is installed, needs the sources. Without one, the usual
names are all there is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from lightship.context.files import Context
from lightship.pyproject.data_files import parse_json, parse_toml, yaml_of
from lightship.pyproject.requirements import (
    FILE_OPTIONS,
    RequirementLine,
    included,
    lines_of,
)
from lightship.record import record

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
    "yarn": (".yarnrc.yml", ".yarn"),
    "npm": ("patches",),
    "pnpm": ("patches",),
    "bun": ("patches",),
}
_HOOKS = (
    "preinstall",
    "install",
    "postinstall",
    "prepare",
    "preprepare",
    "postprepare",
)
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
        text = context.read(path)
        if text is None or context.ignore.matches(path):
            return Manifests(tuple(found), f"{path} is not in the build context")
        found.append(path)
        for line in _requirement_lines(
            _of_environment(context, path) if path.endswith(_YAML) else text
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
        if (
            line.option in FILE_OPTIONS
            or named
            or (not line.option and _is_path(line.value))
        ):
            yield line


def _is_url(text: str) -> bool:
    return "://" in text and not text.startswith("file:") and "@ file:" not in text


def _is_path(text: str) -> bool:
    """A requirement that is a file or a directory of its own."""
    if _is_url(text):
        return False
    archive = text.partition(";")[0].strip().endswith((".whl", ".tar.gz", ".zip"))
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
    if tool == "uv":
        members = workspace_members(context, directory, data)
        if members is not None:
            return _of_workspace(context, paths, data, members)
    refusal = _node_refusal(data) if first.endswith(".json") else _local_refusal(data)
    if tool == "pnpm" and any(path.endswith("workspace.yaml") for path in paths):
        refusal = refusal or "the project is a workspace"
    return Manifests(paths, refusal, _is_virtual(tool, data))


def workspace_members(
    context: Context, directory: str, data: Mapping[str, Any]
) -> tuple[str, ...] | None:
    """The manifests of the members of a workspace of uv, from the root of the context.

    None where the project is not the root of one; empty where its members are not known.
    """
    workspace = _nested(data, "tool", "uv", "workspace")
    if workspace is None:
        return None
    patterns = workspace.get("members", [])
    if not isinstance(patterns, list):
        return ()

    members: list[str] = []
    matched: set[str] = set()
    for file in context.sent:
        path = file.path
        name = path.removeprefix(f"{directory}/" if directory else "")
        member, slash, last = name.rpartition("/")
        if not slash or last != "pyproject.toml":
            continue
        own = [item for item in patterns if _is_member(str(item), member)]
        if has_member(data, member):
            matched.update(map(str, own))
            members.append(path)
    if not set(map(str, patterns)) <= matched:
        return ()
    return tuple(sorted(members))


def _nested(data: Mapping[str, Any], *names: str) -> Mapping[str, Any] | None:
    """The table within tables; None where there is none."""
    table: Any = data
    for name in names:
        if not isinstance(table, Mapping):
            return None
        table = table.get(name)
    return table if isinstance(table, Mapping) else None


def has_member(data: Mapping[str, Any], directory: str) -> bool:
    """Whether the root of a workspace of uv, whose pyproject.toml this is, counts `directory` in.

    `directory` counts from the root.
    """
    workspace = _nested(data, "tool", "uv", "workspace") or {}
    patterns = workspace.get("members", [])
    excluded = workspace.get("exclude", [])
    if not isinstance(patterns, list) or not isinstance(excluded, list):
        return False
    if any(_is_member(str(item), directory) for item in excluded):
        return False
    return any(_is_member(str(item), directory) for item in patterns)


def _is_member(pattern: str, directory: str) -> bool:
    parts = pattern.strip("./").split("/")
    names = directory.split("/")
    if len(parts) != len(names):
        return False
    pairs = zip(names, parts, strict=True)
    return all(fnmatchcase(name, part) for name, part in pairs)


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

    refusal = _local_refusal(data, is_workspace=True)
    for path in members:
        text = context.read(path) or ""
        member = parse_toml(text.removeprefix("\ufeff"))
        if member is None:
            return Manifests(everything, f"{path} cannot be read")
        refusal = refusal or _local_refusal(member, is_workspace=True)
    return Manifests(everything, refusal, workspace=True)


def _node_refusal(data: Mapping[str, Any]) -> str:
    """Why package.json alone is not enough."""
    if data.get("workspaces"):
        return "the project is a workspace"
    scripts = data.get("scripts")
    hook = next(
        (name for name in _HOOKS if isinstance(scripts, dict) and name in scripts), None
    )
    if hook:
        return f"package.json runs a script of its own at {hook}"
    for field in ("dependencies", "devDependencies", "optionalDependencies"):
        wanted = data.get(field)
        for version in wanted.values() if isinstance(wanted, dict) else ():
            if str(version).startswith(
                ("file:", "link:", "portal:", "workspace:", ".", "/", "~/")
            ):
                return f"a dependency is a directory of the project: {version}"
    return ""


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
        elif isinstance(value, str) and ("@ file:" in value or "{root:uri}" in value):
            return f"a dependency is a directory of the project: {value}"
        elif isinstance(value, dict):
            if isinstance(value.get("path"), str) and name not in ("hatch", "version"):
                return f"a dependency is a directory of the project: {value['path']}"
            is_shared = value.get("workspace") is True
            if not is_workspace and (
                is_shared or (name == "uv" and "workspace" in value)
            ):
                return "the project is a workspace"
            waiting += [
                (key, item) for key, item in value.items() if _is_looked_at(name, key)
            ]
    return ""


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
