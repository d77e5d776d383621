"""A repository in memory, and what is found in it."""

from __future__ import annotations

from lightship.builds.definition import Discovery
from lightship.builds.discover import discover
from lightship.builds.workspace import Workspace


def found(files: dict[str, str], only: str | None = None) -> Discovery:
    return discover(Workspace.of(files), only=only)


def builds(files: dict[str, str], *keys: str) -> list[dict[str, object]]:
    """The builds with what is not usual of each; `keys` are always there."""
    return [row(build, *keys) for build in found(files).builds]


def row(build, *keys: str) -> dict[str, object]:
    """A build as a test writes it."""
    usual = {
        "target": None,
        "args": {},
        "platforms": [],
        "contexts": {},
    }
    values = {
        "dockerfile": build.dockerfile,
        "context": build.context,
        "target": build.target,
        "args": dict(build.args),
        "platforms": list(build.platforms),
        "contexts": dict(build.contexts),
        "source": f"{build.source.path}:{build.source.line}",
        "sources": [f"{item.path}:{item.line}" for item in build.sources],
        "kind": build.kind.value,
        "why": build.why,
        "purpose": build.purpose.value,
    }
    shown = {
        key: value
        for key, value in values.items()
        if key in usual and value != usual[key]
    }
    always = ("dockerfile", "context", *keys)
    return shown | {key: values[key] for key in always}


def unresolved(files: dict[str, str]) -> list[str]:
    """What could not be resolved, as `path:line: why`."""
    return [
        f"{item.source.path}:{item.source.line}: {item.why}"
        for item in found(files).unresolved
    ]
