"""Whether a package manager that asks gets its answer from elsewhere than its own options."""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.shell.commands import Word

# Parts of the names of variables that may hold options
_HINTS = (
    "ARG",
    "FLAG",
    "OPT",
    "YES",
)


def is_answered(build: Build, call: PackageInvocation, *yes: str) -> bool:
    """Whether its input is not the build's, or a variable holds one of `yes`, or may."""
    command = call.command
    if command.stage > 0:
        return True
    for redirect in command.redirects:
        if redirect.operator.startswith("<"):
            return True

    before = build.evaluation.before(call.instruction)
    variables = before.env if before is not None else {}
    for word in command.args:
        name = word.variable
        if name is None:
            continue
        if _may_hold_options(call, word, name):
            return True
        value = variables.get(name, "")
        if not set(yes).isdisjoint(value.split()):
            return True
    return False


def _may_hold_options(call: PackageInvocation, word: Word, name: str) -> bool:
    """Whether a variable stands where only options do, or is named like options."""
    if word.at < call.does.subcommand.at:
        return True
    upper = name.upper()
    return any(hint in upper for hint in _HINTS)
