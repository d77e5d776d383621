"""A build as the file of a platform says it, and the readers that all such files need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from lightship.builds.build_paths import Setting, checked, dockerfile_in, local
from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    Found,
    Unresolved,
    Written,
)
from lightship.builds.workspace import Workspace
from lightship.builds.yaml_tree import UnreadableError, YamlNode, read_yaml
from lightship.record import record
from lightship.regex import regex

_COMPUTED = regex(r"\{\{|\$\{|\$\(|\$[A-Za-z_]")


@record(eq=False)
class PlatformBuild:
    """What a platform builds; an empty text says nothing.

    `dockerfile` counts from `folder`, or with `is_beside` from the context. `is_run` is whether
    the platform runs it for others, and not while somebody develops.
    """

    path: str
    line: int
    about: str
    folder: str
    context: str = ""
    dockerfile: str = ""
    target: str = ""
    args: Mapping[str, str | None] = field(default_factory=dict)
    is_beside: bool = False
    is_run: bool = True


def platform_build(workspace: Workspace, build: PlatformBuild) -> Found:
    """What a platform builds, or why that is not known."""
    written = Written(build.path, build.line)
    for text in (build.context, build.dockerfile, build.target):
        if _COMPUTED.search(text):
            return Unresolved(written, f"{build.about}: {text} is not known")
    context = local(build.folder, Setting(build.context or ".", 0))
    assert context is not None
    if context.text is None:
        return Unresolved(written, f"{build.about}: {context.why}")
    if build.dockerfile and not build.is_beside:
        named = local(build.folder, Setting(build.dockerfile, 0))
        assert named is not None
        dockerfile = named
    else:
        name = build.dockerfile or None
        dockerfile = dockerfile_in(workspace, context.text, name)
    if dockerfile.text is None:
        return Unresolved(written, f"{build.about}: {dockerfile.why}")
    definition = BuildDefinition(
        dockerfile.text,
        context.text,
        BuildSourceKind.CONFIG,
        (written,),
        build.about,
        build.target or None,
        build.args,
        is_published=build.is_run,
    )
    return checked(workspace, definition)


def known_arguments(texts: Mapping[str, str]) -> dict[str, str | None]:
    """Arguments; one that is computed is None."""
    return {
        name: None if _COMPUTED.search(text) else text for name, text in texts.items()
    }


def trees_of(workspace: Workspace, path: str, *words: bytes) -> list[YamlNode]:
    """The documents of a file that has one of these words."""
    data = workspace.read(path)
    if data is None or not any(word in data for word in words):
        return []
    try:
        return read_yaml(workspace.text(path) or "")
    except UnreadableError:
        return []


def toml_of(workspace: Workspace, path: str) -> dict[str, Any]:
    """A TOML file that says something of a build; empty where it does not or cannot be read."""
    data = workspace.read(path)
    if data is None or b"build" not in data:
        return {}
    import tomllib  # noqa: PLC0415 - only where there is such a file

    try:
        return tomllib.loads(workspace.text(path) or "")
    except (ValueError, RecursionError):
        return {}


def line_of(workspace: Workspace, path: str, word: str) -> int:
    """The line of a word; TOML's own parser does not tell."""
    text = workspace.text(path) or ""
    return text.count("\n", 0, max(text.find(word), 0)) + 1
