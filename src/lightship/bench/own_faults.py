"""Whether it is a version's own fault that its build did not reach a host."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.proof.measured import MeasuredBuild
from lightship.regex import regex

# As BuildKit names the step in which it asks a registry for a base image
_METADATA = regex(r"\Aload metadata for ([^/\s]+)/")
_INTERNAL = "[internal] "


def asks_same_registry(failed: MeasuredBuild, others: Iterable[MeasuredBuild]) -> bool:
    """Whether a registry was not reached that builds of the other version ask as well."""
    host = _registry(failed.error)
    if not host:
        return False
    steps = (step for build in others for step in build.steps)
    return any(_registry(step.name) == host for step in steps)


def _registry(name: str) -> str:
    found = _METADATA.match(name.removeprefix(_INTERNAL))
    return found[1] if found is not None else ""
