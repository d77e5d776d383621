"""Port 22, which is SSH, is exposed

## What it does
Finds EXPOSE with port 22.

The rule is off by default: EXPOSE itself opens no port, and an image that is meant to be an SSH
or git server has every reason to name it.

## Why is this bad?
A container that runs an SSH server has to manage keys, users and updates of its own, and can be
attacked through it. `docker exec` and `kubectl exec` open a shell without it. There is no fix.

## When to ignore
Ignore it where SSH is what the image offers.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        for word, port in step.ports:
            if (
                not port.refusal
                and port.text.partition("/")[0] == "22"
                and step.place is step.instruction
            ):
                yield Finding(
                    word.span,
                    "port 22 is SSH: use docker exec for a shell instead",
                )


RULE = Rule(
    id="ssh-port-exposed",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(keywords=("EXPOSE",)),
    practice=Practice.SECURITY,
    default=False,
    aliases=("DS-0004", "AVD-DS-0004", "CKV_DOCKER_1"),
    examples=(
        Example(bad="EXPOSE 22"),
        Example(bad="EXPOSE 80 22/tcp 443"),
        Example(bad="ARG PORT=22\nEXPOSE $PORT"),
        Example(
            bad="FROM debian:13-slim AS tools\nexpose 80 \\\n    # a shell\n    22\n"
            "FROM debian:13-slim"
        ),
        Example(good="EXPOSE 8022 2222"),
        Example(good="EXPOSE 80"),
        Example(good="ARG PORT\nEXPOSE $PORT"),
    ),
)
