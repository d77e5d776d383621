"""A variable is used that only the base image can set

BuildKit asks the registry which variables an image sets. Without it nobody can tell whether
`COPY app $APP_ROOT/` goes where it should, and the next version of the image may set another.

The rule is off by default: most of these variables are set, and `docker build --check` with the
image at hand says nothing about them. It is for those who want a Dockerfile that can be read alone.
There is no fix: declare the variable with ENV, or write its value.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.values.undefined import undefined_uses
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule


def check(build: Build) -> Iterator[Finding]:
    yield from (
        finding for image_decides, finding in undefined_uses(build) if image_decides
    )


RULE = Rule(
    id="variable-of-base-image",
    docs=__doc__,
    severity=Severity.STYLE,
    check=check,
    default=False,
    examples=(
        Example(bad="FROM quay.io/jupyter/base-notebook:2025-01-01\nUSER $NB_UID"),
        Example(bad="FROM python:3.13-slim\nLABEL version=$PYTHON_VERSION"),
        Example(bad="FROM example.org/base:1\nCOPY app $APP_ROOT/"),
        Example(bad="ARG VERSION=1\nFROM example.org/base:1\nLABEL version=$VERSION"),
        Example(
            good="FROM example.org/base:1\nENV APP_ROOT=/opt/app\nWORKDIR $APP_ROOT"
        ),
    ),
)
