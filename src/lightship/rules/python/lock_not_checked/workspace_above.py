"""The workspace of uv that a project belongs to, where its root lies above the build context."""

from __future__ import annotations

from posixpath import normpath

from lightship.pyproject.data_files import parse_toml
from lightship.pyproject.project import Project
from lightship.pyproject.uv_workspaces import has_member


def is_member_above(project: Project) -> bool:
    """Whether a workspace above the build context has the project, and the lock file for it."""
    read_above = project.context.read_above
    if read_above is None:
        return False
    with_lock = {file.inner for file in read_above("uv.lock")}
    for file in read_above("pyproject.toml"):
        if file.inner not in with_lock:
            continue
        member = normpath(f"{file.inner}/{project.directory}")
        text = file.text.removeprefix("\ufeff")
        data = parse_toml(text) or {}
        if has_member(data, member):
            return True
    return False
