"""Builds as JSON; `builds.schema.json` beside this file describes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.builds.definition import BuildDefinition, Unresolved, Written
from lightship.report.builds.formats import ShownBuilds
from lightship.report.kit.json_stream import json_object
from lightship.report.kit.view import View


def write(item: ShownBuilds, _view: View) -> Iterator[str]:
    """All builds, then what could not be resolved."""
    found = item.discovery
    builds = (_build(item, build) for build in found.builds)
    unresolved = (_unresolved(item, place) for place in found.unresolved)
    yield from json_object({"builds": builds, "unresolved": unresolved})


def _build(item: ShownBuilds, build: BuildDefinition) -> dict[str, Any]:
    contexts = {}
    for name, value in build.contexts.items():
        contexts[name] = _context(item, value)
    sources = [_written(item, source) for source in build.sources]
    return {
        "dockerfile": item.shown(build.dockerfile),
        "context": item.shown(build.context),
        "target": build.target,
        "args": dict(build.args),
        "labels": {key: label.value for key, label in build.labels.items()},
        "platforms": list(build.platforms),
        "contexts": contexts,
        "kind": build.kind.value,
        "source": sources[0],
        "sources": sources,
        "purpose": build.purpose.value,
        "why": build.why,
    }


def _context(item: ShownBuilds, value: str | None) -> str | None:
    """A named context: a directory from where the others count, or what is not one as it is."""
    if value is None or ":" in value:
        return value
    return item.shown(value)


def _written(item: ShownBuilds, place: Written) -> dict[str, Any]:
    return {"path": item.shown(place.path), "line": place.line}


def _unresolved(item: ShownBuilds, place: Unresolved) -> dict[str, Any]:
    return {"source": _written(item, place.source), "why": place.why}
