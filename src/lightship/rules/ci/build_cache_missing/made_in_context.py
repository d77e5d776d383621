"""What of a build context the job writes before the build, other files in each run."""

from __future__ import annotations

from lightship.builds.ci.ci_build import CiBuild, ContextKind

_ROOT = "."


def made_in_context(build: CiBuild) -> tuple[str, ...]:
    """The paths in the build context, empty for all of it."""
    definition = build.definition
    if definition is None or build.context is not ContextKind.PATH:
        return ()
    context = definition.context
    made: list[str] = []
    for path in build.made_paths:
        if context == _ROOT:
            made.append("" if path == _ROOT else path)
        elif f"{path}/".startswith(f"{context}/"):
            inside = path.removeprefix(context)
            made.append(inside.strip("/"))
    return tuple(made)
