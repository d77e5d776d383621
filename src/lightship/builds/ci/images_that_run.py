"""Images that are built to be run at once: actions of GitHub, and development containers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.builds.build_paths import Setting, checked, local
from lightship.builds.definition import (
    BuildCall,
    BuildDefinition,
    BuildSourceKind,
    Found,
    Purpose,
    Unresolved,
    Written,
)
from lightship.builds.workspace import Workspace, folder_of, joined
from lightship.builds.yaml_tree import UnreadableError, YamlNode, read_yaml
from lightship.regex import regex

# A text, or a comment of JSON with comments
_COMMENT = regex(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)')
_LOCAL_ENV = regex(r"\$\{local(?:Env|WorkspaceFolder)[^}]*\}")


def action_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """`using: docker` with a Dockerfile: its directory is the context.

    Source: docs.github.com, "Metadata syntax reference".
    """
    data = workspace.read(path)
    if data is None or b"docker" not in data:
        return
    tree = _tree(workspace.text(path) or "")
    runs = tree.get("runs") if tree is not None else None
    image = runs.get("image") if runs is not None else None
    using = runs.get("using") if runs is not None else None
    if image is None or image.text is None or using is None:
        return
    if (using.text or "").lower() != "docker" or image.text.startswith("docker://"):
        return
    written = Written(path, image.line)
    dockerfile = joined(folder_of(path), image.text)
    if dockerfile is None:
        yield Unresolved(written, f"{image.text} is outside the repository")
        return
    build = BuildDefinition(
        dockerfile,
        folder_of(dockerfile),
        BuildSourceKind.ACTION,
        (written,),
        "an action of GitHub",
        purpose=Purpose.TOOL,
    )
    yield checked(workspace, build)


def devcontainer_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """`build.dockerfile`, `dockerFile`, or the compose files of a development container.

    Source: containers.dev, "Dev Container metadata reference": paths count from the file, the
    context is by default the directory of the file.
    """
    data = workspace.read(path)
    if data is None or not any(word in data for word in (b"ocker", b"build")):
        return
    tree = _tree(without_comments(workspace.text(path) or ""))
    if tree is None:
        yield Unresolved(Written(path), "it cannot be read as JSON")
        return
    yield from _composes(workspace, path, tree)
    node = tree.get("build", "dockerfile") or tree.get("dockerFile")
    if node is None or node.text is None:
        return
    written = Written(path, node.line)
    folder = folder_of(path)
    context_node = tree.get("build", "context") or tree.get("context")
    context = Setting(".", node.line)
    if context_node is not None and context_node.text:
        context = Setting(context_node.text, context_node.line)
    placed = local(folder, context)
    dockerfile = local(folder, Setting(node.text, node.line))
    assert placed is not None
    assert dockerfile is not None
    for part in (placed, dockerfile):
        if part.text is None:
            yield Unresolved(written, part.why)
            return
    target = tree.get("build", "target")
    build = BuildDefinition(
        dockerfile.text or "",
        placed.text or "",
        BuildSourceKind.DEVCONTAINER,
        (written,),
        "a development container",
        (target.text or None) if target is not None else None,
        _arguments(tree.get("build", "args")),
        purpose=Purpose.DEVELOPMENT,
    )
    yield checked(workspace, build)


def _composes(workspace: Workspace, path: str, tree: YamlNode) -> Iterator[Found]:
    """The compose files that a development container starts, merged in their order."""
    node = tree.get("dockerComposeFile")
    if node is None:
        return
    folder = folder_of(path)
    named = [joined(folder, item.text or "") for item in node.items or [node]]
    paths = [item for item in named if item is not None and workspace.is_file(item)]
    if paths and len(paths) == len(named):
        yield BuildCall(
            BuildSourceKind.COMPOSE,
            Written(path, node.line),
            folder_of(paths[0]),
            tuple(paths),
        )


def _arguments(node: YamlNode | None) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, item in (node.entries if node is not None else {}).items():
        is_known = item.text is not None and not _LOCAL_ENV.search(item.text)
        found[name] = item.text if is_known else None
    return found


def without_comments(text: str) -> str:
    """JSON without its comments; lines stay where they are."""

    def kept(match: re.Match[str]) -> str:
        return match[1] or re.sub(r"[^\n]", " ", match[0])

    return _COMMENT.sub(kept, text)


def _tree(text: str) -> YamlNode | None:
    try:
        documents = read_yaml(text)
    except UnreadableError:
        return None
    return documents[0] if documents else None
