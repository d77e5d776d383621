"""A RUN starts a service, which ends with the RUN

## What it does
Finds commands in RUN that start a service. The rule is silent where the same RUN uses the service
afterwards, as with a database that is filled, and where CMD, ENTRYPOINT or the script that they
start starts the service again.

## Why is this bad?
A RUN keeps the files that it has written, not its processes: what `service nginx start` has
started is gone when the next instruction starts, and does not run in the container. A container
runs what ENTRYPOINT and CMD start. Start the service in CMD, in the foreground (`nginx -g 'daemon
off;'`), or in a container of its own.

## When to ignore
Ignore it where starting the service once writes files that the image needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.facts.start.purpose import start_steps
from lightship.facts.start.start_scripts import start_scripts
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.commands import Command, Script

_STARTS = frozenset(("restart", "start"))
_ASIDE = frozenset((":", "echo", "exit", "printf", "rm", "sleep", "true"))


def check(build: Build) -> Iterator[Finding]:
    text = build.dockerfile.text
    if "start" not in text or not any(
        tool in text for tool in ("service", "init.d", "rc.d", "systemctl")
    ):
        return

    for call in build.commands():
        service = _started(call.command)
        if not service or _is_started_again(build, service):
            continue
        if not any(
            _goes_on(script, command) for script, command in _around(build, call)
        ):
            message = (
                f"{service} ends with this RUN and does not run in the container: start "
                "it in CMD"
            )
            yield Finding(call.command.span, message)


def _around(build: Build, call: Invocation) -> Iterator[tuple[Script, Command]]:
    """The command in its script, and each command that this script was handed to in the script
    around it.
    """
    script = call.script
    yield script, call.command
    while (outer := script.outer) is not None:
        scripts = build.scripts(call.instruction)
        script = next(around for around in scripts if outer in around.commands)
        yield script, outer


def _started(command: Command) -> str:
    """The service that it starts; empty for anything else."""
    values = [word.value or "" for word in command.args]
    path = (command.words[0].value or "") if command.words else ""
    if (
        command.name in ("service", "rc-service")
        and len(values) == 2
        and values[1] in _STARTS
    ):
        return values[0]
    if command.name == "systemctl" and len(values) == 2 and values[0] in _STARTS:
        return values[1].removesuffix(".service")
    if (
        path.startswith(("/etc/init.d/", "/etc/rc.d/"))
        and values[:1]
        and values[0] in _STARTS
    ):
        return command.name
    return ""


def _is_started_again(build: Build, service: str) -> bool:
    """Whether CMD or ENTRYPOINT starts the service too, by itself or in its script."""
    name = re.escape(service)
    again = regex(
        rf"\b(?:rc-)?service[ \t]+{name}[ \t]+(?:re)?start\b"
        rf"|/etc/(?:init|rc)\.d/{name}[ \t]+(?:re)?start\b"
        rf"|\bsystemctl[ \t]+(?:re)?start[ \t]+{name}\b"
    )
    texts = [script or "" for script in start_scripts(build)]
    source = build.dockerfile.text
    texts += [step.instruction.span.of(source) for step in start_steps(build)]
    return any(map(again.search, texts))


def _goes_on(script: Script, command: Command) -> bool:
    """Whether a later command may use it, or stop it again."""
    behind = script.commands[command.index + 1 :]
    return any(other.name not in _ASIDE and not _started(other) for other in behind)


RULE = Rule(
    id="service-started-in-run",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("service", "init.d", "rc.d", "systemctl")),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the operand is the mistake, and its value is not known"
        ),
        "function": "calls of functions are not followed",
    },
    examples=(
        Example(bad="RUN service nginx start"),
        Example(
            bad="RUN ./configure && \\\n    # now\n    /etc/init.d/apache2 restart"
        ),
        Example(bad="RUN systemctl start docker.service"),
        Example(bad="FROM alpine:3.22\nRUN rc-service nginx start && echo started"),
        Example(
            bad="RUN <<EOF\nset -e\n./configure\nsudo service postgresql start\nEOF"
        ),
        Example(bad="RUN bash -c 'service nginx start'"),
        Example(bad='RUN ["service", "nginx", "start"]'),
        Example(bad="ONBUILD RUN service nginx start"),
        Example(
            good='RUN service ssh restart\nCOPY start.sh /\nUSER 10001\nCMD ["/start.sh"]',
            files={"start.sh": "#!/bin/sh\nsudo service ssh restart\nexec serve\n"},
        ),
        Example(
            good="RUN service ssh start\nUSER 10001\nCMD service ssh restart && exec serve"
        ),
        Example(
            good="RUN service postgresql start && createdb app && service postgresql stop"
        ),
        Example(good="RUN bash -c 'service postgresql start' && createdb app"),
        Example(good="RUN systemctl enable nginx"),
        Example(good="RUN service --status-all && service nginx status"),
        Example(good='USER 10001\nCMD ["nginx", "-g", "daemon off;"]'),
    ),
)
