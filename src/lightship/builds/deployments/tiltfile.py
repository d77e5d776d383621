"""Tiltfile: `docker_build`, `custom_build` and `docker_compose` with constant arguments.

Source: docs.tilt.dev/api. It is Starlark, which is a part of Python's grammar; nothing is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lightship.builds.commands.script_builds import script_builds
from lightship.builds.commands.script_text import ScriptText
from lightship.builds.definition import (
    BuildCall,
    BuildSourceKind,
    Found,
    Unresolved,
    Written,
)
from lightship.builds.deployments.platform_build import PlatformBuild, platform_build
from lightship.builds.workspace import Workspace, folder_of, joined

if TYPE_CHECKING:
    import ast

_LONGEST = 100_000  # bytes
_WORDS = (b"docker_build", b"custom_build", b"docker_compose")


def tilt_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """What a Tiltfile builds."""
    data = workspace.read(path)
    if data is None or len(data) > _LONGEST:
        return
    if not any(word in data for word in _WORDS):
        return
    import ast  # noqa: PLC0415 - only where there is such a file

    try:
        tree = ast.parse(workspace.text(path) or "")
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for call in calls:
        if isinstance(call.func, ast.Name):
            yield from _called(workspace, path, call.func.id, call)


def _called(
    workspace: Workspace, path: str, name: str, call: ast.Call
) -> Iterator[Found]:
    written = Written(path, call.lineno)
    folder = folder_of(path)
    named = {item.arg: item.value for item in call.keywords if item.arg is not None}
    if name in ("docker_build", "docker_build_with_restart"):
        context = _text(call.args[1] if len(call.args) > 1 else named.get("context"))
        texts = {key: _text(named.get(key)) for key in ("dockerfile", "target")}
        is_known = all(texts[key] is not None for key in texts if key in named)
        if context is None or not is_known or "dockerfile_contents" in named:
            yield Unresolved(written, f"{name}: its arguments are computed")
            return
        yield platform_build(
            workspace,
            PlatformBuild(
                path,
                call.lineno,
                f"Tilt's {name}",
                folder,
                context,
                texts["dockerfile"] or "",
                texts["target"] or "",
                _arguments(named.get("build_args")),
                is_run=False,
            ),
        )
    elif name == "custom_build":
        command = _text(call.args[1] if len(call.args) > 1 else named.get("command"))
        if command is not None:
            yield from script_builds(
                workspace,
                ScriptText(
                    command,
                    path,
                    (folder,),
                    BuildSourceKind.CONFIG,
                    "Tilt's custom_build",
                    lambda _line: written,
                ),
            )
    elif name == "docker_compose":
        yield from _composed(workspace, written, folder, call)


def _composed(
    workspace: Workspace, written: Written, folder: str, call: ast.Call
) -> Iterator[Found]:
    import ast  # noqa: PLC0415

    first = call.args[0] if call.args else None
    nodes = first.elts if isinstance(first, ast.List) else [first]
    texts = [_text(node) for node in nodes]
    paths = [joined(folder, text) for text in texts if text is not None]
    known = [path for path in paths if path is not None and workspace.is_file(path)]
    if known and len(known) == len(nodes):
        yield BuildCall(
            BuildSourceKind.COMPOSE, written, folder_of(known[0]), tuple(known)
        )


def _text(node: ast.expr | None) -> str | None:
    """A constant text."""
    import ast  # noqa: PLC0415

    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text and isinstance(node, ast.Constant) else None


def _arguments(node: ast.expr | None) -> dict[str, str | None]:
    import ast  # noqa: PLC0415

    found: dict[str, str | None] = {}
    if not isinstance(node, ast.Dict):
        return found
    for key, value in zip(node.keys, node.values, strict=True):
        name = _text(key)
        if name is not None:
            found[name] = _text(value)
    return found
