"""Whether a package manager that asks gets its answer from elsewhere than its own options."""

from __future__ import annotations

from lightship.build import Build, PackageInvocation

_HINTS = (
    "ARG",
    "FLAG",
    "OPT",
    "YES",
)  # parts of the names of variables that may hold options


def is_answered(build: Build, found: PackageInvocation, *yes: str) -> bool:
    """Whether its input is not the build's, or a variable holds one of `yes`, or may."""
    command = found.command
    if command.stage > 0 or any(
        redirect.operator.startswith("<") for redirect in command.redirects
    ):
        return True
    before = build.evaluation.before(found.instruction)
    values = before.env if before is not None else {}
    for word in command.args:
        name = word.variable
        if name is None:
            continue
        if word.at < found.does.subcommand.at or any(
            part in name.upper() for part in _HINTS
        ):
            return True
        if not set(yes).isdisjoint(values.get(name, "").split()):
            return True
    return False
