"""BuildKit would refuse to build this

The text can be read, but what it says cannot be done: a base image whose name is no name, a
stage that needs itself, a port that is no port, a variable expansion that fails. BuildKit
finds this out when it turns the Dockerfile into steps, before it runs any of them, and stops
at the first.

There is no fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule


def check(build: Build) -> Iterator[Finding]:
    for problem in build.evaluation.refusals:
        yield Finding(problem.span, f"{problem.message} ({problem.hint})" if problem.hint else problem.message)


RULE = Rule(
    id="build-refused",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    examples=(
        Example(bad="FROM Debian:trixie-slim"),
        Example(bad="EXPOSE http"),
        Example(bad="FROM debian:trixie-slim AS build\nCOPY --from=build /a /b"),
        Example(bad="ARG IMAGE=alpine\nFROM debian:trixie-slim\nCOPY --from=$IMAGE /a /b"),
        Example(bad="RUN --mount=type=cache ./build"),
        Example(good="FROM debian:trixie-slim\nEXPOSE 80\nRUN --mount=type=cache,target=/cache ./build"),
    ),
)
