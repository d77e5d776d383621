"""The files that an install of dependencies reads: manifests, lock files, settings.

And what speaks against it.

With a build context they are looked up and read: a manifest that asks for local directories, or
that runs scripts of the project while it is installed, needs the sources. Without one, the usual
names are all there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from posixpath import basename, dirname
from typing import Any

from lightship.context.files import Context
from lightship.context.wildcards import clean
from lightship.pyproject.data_files import parse_json, parse_toml, table, toml
from lightship.pyproject.early_reads import (
    files_of_python,
    refusal_around,
    refusal_of_indexes,
    refusal_of_python,
)
from lightship.pyproject.local_dependencies import local_refusal, node_refusal
from lightship.pyproject.manifest_names import FILES, GUESSED, NEED_MORE
from lightship.pyproject.uv_workspaces import workspace_members
from lightship.record import record

_MOST_MEMBERS = 20  # of a workspace, each with a COPY of its own


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


def is_sent(context: Context, path: str) -> bool:
    """Whether a file is there, and the ignore file does not leave it out."""
    return context.read(path) is not None and not context.ignore.matches(path)


def of_project(context: Context | None, tool: str, directory: str) -> Manifests:
    """What a tool reads of the project in `directory`.

    The directory counts from the root of the context, and is empty for the root.
    """
    prefix = f"{directory}/" if directory else ""
    if context is None:
        guessed = [prefix + name for name in GUESSED.get(tool, ())]
        return Manifests(tuple(guessed))
    for name in NEED_MORE.get(tool, ()):
        if context.exists(prefix + name):
            return Manifests((), f"the install reads {prefix}{name} too")

    first, *others = (prefix + name for name in FILES.get(tool, ("",)))
    text = context.read(first)
    if text is None or context.ignore.matches(first):
        return Manifests((), f"{first} is not in the build context")

    beside = [path for path in others if is_sent(context, path)]
    paths = (first, *beside)
    parse = parse_json if first.endswith(".json") else parse_toml
    data = parse(text.removeprefix("\ufeff"))
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
        if tool == "uv" and basename(path) == "uv.toml":
            refused = refusal_of_indexes(toml(context, path))
            if refused:
                return Manifests(paths, refused)

    for name in files_of_python(tool, data):
        named = clean(f"{directory or '.'}/{name}")
        if not is_sent(context, named):
            return Manifests(paths, f"{named} is not in the build context")
        paths = (*paths, named)

    if tool == "uv":
        members = workspace_members(context, directory, data)
        if members is not None:
            return _of_workspace(context, paths, data, members)

    if paths[0].endswith(".json"):
        refusal = node_refusal(data)
    else:
        refusal = local_refusal(data)
        refusal = refusal or refusal_of_python(context, tool, directory, data)
    refusal = refusal or refusal_around(context, tool, directory)
    names_members = any(path.endswith("workspace.yaml") for path in paths)
    if tool == "pnpm" and names_members:
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

    root = dirname(paths[0])
    refusal = local_refusal(data, is_workspace=True)
    refusal = refusal or refusal_of_python(context, "uv", root, data)
    for path in members:
        text = context.read(path) or ""
        member = parse_toml(text.removeprefix("\ufeff"))
        if member is None:
            return Manifests(everything, f"{path} cannot be read")
        refusal = refusal or local_refusal(member, is_workspace=True)
        refusal = refusal or refusal_of_python(context, "uv", dirname(path), member)
    return Manifests(everything, refusal, workspace=True)


def _is_virtual(tool: str, data: Mapping[str, Any]) -> bool:
    """Whether `uv sync` and `poetry install` leave the project itself alone by themselves."""
    settings = table(data, "tool", tool)
    if tool == "poetry":
        return settings.get("package-mode") is False
    if tool != "uv":
        return False

    is_package = settings.get("package")
    if is_package is True:
        return False
    return is_package is False or "build-system" not in data
