"""Builds in CI as JSON; `ci.schema.json` beside this file describes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import CiBuild, CiEvent, CiRun, CiSwitch
from lightship.builds.definition import Written
from lightship.report.ci.formats import CiFileRow, CiFinding
from lightship.report.kit.json_stream import json_object
from lightship.report.kit.view import View

if TYPE_CHECKING:
    from lightship.cache.remote.finding_cost import FindingCost


def write(files: Sequence[CiFileRow], _view: View) -> Iterator[str]:
    """All builds, then all findings."""
    builds = (
        _build(build) for file in files for step in file.steps for build in step.builds
    )
    findings = (_finding(file.path, found) for file in files for found in _found(file))
    yield from json_object({"builds": builds, "findings": findings})


def _found(file: CiFileRow) -> list[CiFinding]:
    found = [*file.findings, *(row for step in file.steps for row in step.findings)]
    return sorted(found, key=lambda row: row.line)


def _finding(path: str, found: CiFinding) -> dict[str, Any]:
    item = found.item
    fix = item.finding.fix
    cure = {"message": fix.message, "safety": fix.safety.value} if fix else None
    return {
        "path": path,
        "line": found.line,
        "rule": item.rule.id,
        "severity": item.severity.label,
        "message": item.message,
        "fix": cure,
        "cost": _cost(found.cost) if found.cost is not None else None,
    }


def _cost(cost: FindingCost) -> dict[str, Any]:
    seconds = cost.seconds
    weekly = cost.per_week(seconds) if seconds is not None else None
    steps = cost.per_week(cost.steps)
    return {
        "builds": cost.builds,
        "runs": cost.runs,
        "days": round(cost.days, 3),
        "seconds": _rounded(seconds),
        "seconds_a_week": _rounded(weekly),
        "steps": cost.steps,
        "steps_a_week": _rounded(steps),
        "layers": cost.layers,
        "bytes": cost.bytes,
    }


def _rounded(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 3)


def _build(build: CiBuild) -> dict[str, Any]:
    definition = build.definition
    builder = build.builder
    return {
        "path": build.path,
        "line": build.line,
        "system": build.system.value,
        "workflow": build.workflow,
        "job": build.step.job,
        "step": build.step.name,
        "uses": build.step.uses,
        "dockerfile": definition.dockerfile if definition is not None else None,
        "context": definition.context if definition is not None else None,
        "target": definition.target if definition is not None else None,
        "problem": build.problem,
        "tool": build.tool.value,
        "driver": builder.driver.value,
        "driver_options": dict(builder.options),
        "driver_why": builder.why,
        "keeps_layers": builder.keeps_cache,
        "cache_from": [_cache(item) for item in build.cache_from],
        "cache_to": [_cache(item) for item in build.cache_to],
        "inline_arg": _written(build.inline_arg),
        "no_cache": _switch(build.no_cache),
        "pull": _switch(build.pull),
        "push": _switch(build.push),
        "load": _switch(build.load),
        "outputs": list(build.outputs),
        "platforms": list(build.platforms),
        "events": _events(build.events),
        "conditions": list(build.conditions),
        "may_run": build.may_run,
        "runs": [_run(item) for item in build.runs],
        "secrets": list(build.secrets),
        "secret_args": list(build.secret_args),
        "changing_args": [
            {
                "name": item.name,
                "changes_with": item.changes.value,
                "line": item.written.line,
            }
            for item in build.changing_args
        ],
        "context_kind": build.context.value,
        "checks_out": _written(build.checks_out),
        "runner": build.runner,
        "matrix": {name: _plain(value) for name, value in build.matrix.items()},
    }


def _plain(value: Any) -> str | None:
    """A value of a matrix as text; None where it is not known, or no text."""
    return value if isinstance(value, str) else None


def _cache(option: CacheOption) -> dict[str, Any]:
    return {
        "text": option.text,
        "type": option.type or None,
        "mode": option.mode,
        "scope": option.scope,
        "ref": option.ref,
        "attributes": dict(option.attributes),
        "line": option.written.line,
        "problem": option.problem,
    }


def _written(written: Written | None) -> dict[str, Any] | None:
    if written is None:
        return None
    return {"path": written.path, "line": written.line}


def _switch(switch: CiSwitch) -> dict[str, Any]:
    return {"value": switch.value, "text": switch.text}


def _events(events: Sequence[CiEvent] | None) -> list[dict[str, Any]] | None:
    if events is None:
        return None
    return [
        {
            "name": item.name,
            "line": item.line,
            "branches": list(item.branches),
            "branches_ignore": list(item.branches_ignore),
            "tags": list(item.tags),
            "tags_ignore": list(item.tags_ignore),
            "paths": list(item.paths),
            "paths_ignore": list(item.paths_ignore),
            "types": list(item.types),
        }
        for item in events
    ]


def _run(run: CiRun) -> dict[str, Any]:
    return {
        "kind": run.kind.value,
        "event": run.event,
        "happens": run.happens,
        "push": run.push,
        "load": run.load,
        "no_cache": run.no_cache,
        "cache_from": [item.text for item in run.cache_from],
        "cache_to": [item.text for item in run.cache_to],
    }
