"""From what a build is told to what there is: paths, remote contexts, and what is missing."""

from __future__ import annotations

from dataclasses import replace

from lightship.builds.definition import BuildDefinition, Unresolved
from lightship.builds.workspace import Workspace, joined
from lightship.record import record

# What BuildKit takes for a URL: frontend/dockerui/context.go, and compose-go's paths/context.go
_REMOTE = ("https://", "http://", "git://", "ssh://", "github.com/", "git@", "oci://")
DEFAULT_NAMES = ("Dockerfile", "dockerfile")


@record
class Setting:
    """A value as it is written; `text` is None where it is not known, and `why` says why.

    An empty `why` means that it is meant to come from the environment of the build.
    """

    text: str | None
    line: int
    why: str = ""


def is_remote(text: str) -> bool:
    """Whether a context is not a directory of the repository."""
    return text.startswith(_REMOTE) or "://" in text


def local(folder: str, setting: Setting | None) -> Setting | None:
    """A setting that holds a path, from the root of the workspace; a remote one as it is."""
    if setting is None or setting.text is None or is_remote(setting.text):
        return setting
    path = joined(folder, setting.text or ".")
    if path is None:
        why = f"{setting.text} is outside the repository"
        return Setting(None, setting.line, why)
    return Setting(path, setting.line)


def dockerfile_in(workspace: Workspace, context: str, name: str | None) -> Setting:
    """The Dockerfile of a build in `context`, as docker finds it without and with a name."""
    if name is not None:
        path = joined(context, name)
        if path is None:
            return Setting(None, 0, f"{name} is outside the repository")
        return Setting(path, 0)
    for usual in DEFAULT_NAMES:
        path = joined(context, usual)
        if path is not None and workspace.is_file(path):
            return Setting(path, 0)
    return Setting(joined(context, DEFAULT_NAMES[0]), 0)


def checked(
    workspace: Workspace, build: BuildDefinition
) -> BuildDefinition | Unresolved:
    """A build whose paths exist; else what is wrong."""
    if is_remote(build.context):
        return Unresolved(build.source, f"its context is remote: {build.context}")
    if not workspace.is_directory(build.context):
        why = f"its context {build.context} is not a directory of the repository"
        return Unresolved(build.source, why, is_missing=True)
    if not workspace.is_file(build.dockerfile):
        why = f"its Dockerfile {build.dockerfile} is not a file of the repository"
        return Unresolved(build.source, why, is_missing=True)

    contexts = {
        name: _existing(workspace, value) for name, value in build.contexts.items()
    }
    return replace(build, contexts=contexts)


def _existing(workspace: Workspace, value: str | None) -> str | None:
    """A named context, None where it is a path that does not exist."""
    if value is None or ":" in value or is_remote(value):
        return value
    return value if workspace.is_directory(value) else None
