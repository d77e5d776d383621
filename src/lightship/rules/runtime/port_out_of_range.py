"""EXPOSE names a port that does not exist

## What it does
Finds ports in EXPOSE that are 0 or higher than 65535.

## Why is this bad?
A port is a number from 1 to 65535. BuildKit refuses a higher one, so the build fails before its
first step. It accepts 0, although no program can listen on port 0: a server that is told to gets
any free port. There is no fix: write the port that the program listens on.

## When to ignore
There is no reason to: such a port is always a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import word_on_first_line
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        for word, port in step.ports:
            zero = not port.refusal and port.first == 0
            if not zero and not port.too_high:
                continue

            span = word_on_first_line(build.dockerfile, step, word.span)
            if zero:
                yield Finding(
                    span,
                    "no program can listen on port 0: use the program's port",
                    severity=Severity.WARNING,
                )
            else:
                yield Finding(
                    span,
                    f"{port.text} is too high, so BuildKit refuses it: the highest port is 65535",
                )


RULE = Rule(
    id="port-out-of-range",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(keywords=("EXPOSE",)),
    aliases=("DL3011", "DS-0008", "AVD-DS-0008", "semgrep/invalid-port"),
    examples=(
        Example(bad="EXPOSE 80000"),
        Example(bad="EXPOSE 80 65536/udp"),
        Example(bad="EXPOSE 60000-70000"),
        Example(bad="EXPOSE 80000:80"),
        Example(bad="ARG PORT=99999\nEXPOSE $PORT"),
        Example(bad="EXPOSE \\\n  99999"),
        Example(bad="EXPOSE 0"),
        Example(
            bad="FROM debian:trixie-slim AS base\nONBUILD EXPOSE 70000\nFROM base\nUSER 10001"
        ),
        Example(bad="FROM debian:trixie-slim AS base\nEXPOSE 70000\nFROM scratch"),
        Example(good="EXPOSE 65535 80"),
        Example(good="EXPOSE 8000-8010/udp"),
        Example(good="ARG PORT\nEXPOSE $PORT"),
        Example(good="EXPOSE 1"),
    ),
)
