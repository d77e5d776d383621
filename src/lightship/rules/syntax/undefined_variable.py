"""A variable is used that neither ENV nor ARG sets

## What it does
Finds variables in ENV, COPY, WORKDIR, USER and other instructions that BuildKit expands, where
nothing sets them. An ARG before the first FROM counts in a stage only if the stage repeats it.

Base images set variables too. The rule knows those of the distributions' images and of some
languages' images; what another base image may set is left to `variable-of-base-image`.
`ENV NAME=a:$NAME` and `${NAME:-a}` are reported as notes, since they expect that the variable may
be missing. Lines such as `ENV NAME=${NAME:-a}` are one note for the whole file, and so are lines
such as `ENV NAME=$NAME`: the container may set them when it is run, and the build does not. The
rule is silent for `ARG NAME=${NAME:-a}`, for a search path that names `.` or the working directory
beside itself, for a PYTHONPATH where all that is started looks in the working directory anyway
(`python main.py`, `uvicorn`), and for a line that becomes part of another value
(`legacy-key-value`).

## Why is this bad?
BuildKit replaces an unset variable with nothing, without an error. A typo such as
`ENV PATH=$PAHT:/app/bin` loses the whole PATH.

## When to ignore
Ignore it where the base image sets the variable and is built elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.undefined_uses import undefined_uses
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    yield from (
        finding for image_decides, finding in undefined_uses(build) if not image_decides
    )


RULE = Rule(
    id="undefined-variable",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("$",)),
    aliases=("UndefinedVar", "DL3044"),
    examples=(
        Example(bad="ENV PATH=$PAHT:/app/bin"),
        Example(bad="ARG VERSION=1\nFROM debian:trixie-slim\nLABEL version=$VERSION"),
        Example(bad="ENV PYTHONPATH=/app:$PYTHONPATH"),
        Example(bad="ENV A=1 B=$A"),
        Example(bad="FROM debian:13\nENV LEVEL=${LEVEL:-info}\nENV PORT=${PORT:-80}"),
        # The image may set it: `variable-of-base-image` says so
        Example(good="FROM quay.io/jupyter/base-notebook:2025-01-01\nUSER $NB_UID"),
        Example(good="FROM python:3.13-slim\nLABEL version=$PYTHON_VERSION"),
        Example(good="ENV PATH=$PATH:/app/bin"),
        Example(good="FROM debian:13\nARG LEVEL=${LEVEL:-info}"),
        Example(good="FROM python:3.14-slim\nENV PYTHONPATH=$PYTHONPATH:."),
        Example(
            good="ARG VERSION=1\nFROM debian:trixie-slim\nARG VERSION\nLABEL version=$VERSION"
        ),
    ),
)
