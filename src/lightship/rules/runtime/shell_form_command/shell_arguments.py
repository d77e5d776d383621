"""A CMD in shell form beside an ENTRYPOINT that starts a server: no shell runs it.

Source: OCI image specification, config.md, "Entrypoint" and "Cmd"; BuildKit puts `/bin/sh -c`
before a CMD in shell form whatever ENTRYPOINT is.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.facts.start.purpose import start_steps
from lightship.facts.start.really_started import commands_instead
from lightship.facts.start.servers import server_of


def as_arguments(server: str) -> str:
    return (
        f"CMD in shell form gives {server} the arguments /bin/sh and -c: write its arguments in a "
        "JSON array"
    )


def server_given_cmd(build: Build, step: Step) -> str:
    """The server of ENTRYPOINT that gets `/bin/sh -c …` as its arguments; empty for none.

    A script or a starter would run what it is given.
    """
    if step.instruction.keyword != "CMD":
        return ""
    if commands_instead(build):
        return ""
    steps = start_steps(build)
    if len(steps) < 2 or steps[1] is not step:
        return ""
    entrypoint = build.scripts(steps[0].instruction)
    if not entrypoint:
        return ""
    first = entrypoint[0]
    if first.shell != "exec":
        return ""
    return server_of(first.commands[0]) or ""
