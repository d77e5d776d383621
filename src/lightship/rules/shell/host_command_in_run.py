"""A RUN calls a program that is useless in a build

## What it does
Finds free, ifconfig, kill, mount, ps, service, shutdown, ssh, top and vim in RUN.

The rule is off by default, because each of them can have its purpose: `ps` in a test, `kill` for
a server that the same RUN has started, `ssh` with a mounted key.

## Why is this bad?
These programs inspect a running machine, or work interactively. In a RUN they are usually left
over from an experiment.

## When to ignore
Ignore it where the RUN uses the result.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope

_NAMES = (
    "free",
    "ifconfig",
    "kill",
    "mount",
    "ps",
    "service",
    "shutdown",
    "ssh",
    "top",
    "vim",
)


def check(build: Build) -> Iterator[Finding]:
    for call in build.commands(*_NAMES):
        if _is_the_systems(call.command.words[0].value or ""):
            yield Finding(
                call.command.words[0].span,
                f"{call.command.name} is useless in a build: remove it",
            )


def _is_the_systems(path: str) -> bool:
    """Whether it is the program of the system, not one of the same name."""
    return "/" not in path or path.startswith(
        ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/")
    )


RULE = Rule(
    id="host-command-in-run",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(commands=_NAMES),
    default=False,
    aliases=("DL3001",),
    examples=(
        Example(bad="RUN top -b -n 1"),
        Example(bad="RUN make && \\\n    # how much?\n    free -m"),
        Example(bad="RUN <<EOF\nset -e\nps aux\nEOF"),
        Example(bad="RUN sh -c 'mount -a'"),
        Example(bad='RUN ["ssh", "example.com"]'),
        Example(bad="ONBUILD RUN kill -9 1"),
        Example(good="RUN echo top && ./mount && pkill server"),
        Example(good='USER 10001\nCMD ["top"]'),
    ),
)
