"""The members of a workspace of uv, in the build context."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from lightship.context.files import Context


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

    wanted = set(map(str, patterns))
    matched: set[str] = set()
    members: list[str] = []
    start = f"{directory}/" if directory else ""
    for file in context.sent:
        name = file.path.removeprefix(start)
        member, slash, last = name.rpartition("/")
        if not slash or last != "pyproject.toml":
            continue
        if has_member(data, member):
            members.append(file.path)
            matched |= {item for item in wanted if _is_member(item, member)}

    # A pattern without a member: its manifests are not sent
    if matched != wanted:
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
