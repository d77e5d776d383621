"""Port 22, that of SSH, is exposed

A container that runs an SSH server has to look after keys, users and updates of its own, and is one
more way in. `docker exec` and `kubectl exec` open a shell without it.

Off by default: EXPOSE itself opens no port, and an image that is made to be an SSH server or a git
server has every reason to name it. There is no fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule


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
                    "port 22 is that of SSH: use docker exec for a shell instead",
                )


RULE = Rule(
    id="ssh-port-exposed",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    practice=Practice.SECURITY,
    default=False,
    aliases=("DS-0004", "AVD-DS-0004", "CKV_DOCKER_1"),
    examples=(
        Example(bad="EXPOSE 22"),
        Example(bad="EXPOSE 80 22/tcp 443"),
        Example(bad="ARG PORT=22\nEXPOSE $PORT"),
        Example(
            bad="FROM debian:13-slim AS tools\nexpose 80 \\\n    # a shell\n    22\nFROM debian:13-slim"
        ),
        Example(good="EXPOSE 8022 2222"),
        Example(good="EXPOSE 80"),
        Example(good="ARG PORT\nEXPOSE $PORT"),
    ),
)
