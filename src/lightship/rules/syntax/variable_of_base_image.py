"""A variable is used that only the base image can set

## What it does
Finds variables that the Dockerfile does not set, but that its base image sets or may set.

The rule is off by default: most of these variables are set, and `docker build --check` does not
report them when it has the image at hand.

## Why is this bad?
Without the image, no one can tell where `COPY app $APP_ROOT/` copies to, and the next
version of the image may set another value, or none.

## When to ignore
Ignore it where the variable is a documented part of the base image, such as `$NB_UID` in the images
of Jupyter.
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
        finding for image_decides, finding in undefined_uses(build) if image_decides
    )


RULE = Rule(
    id="variable-of-base-image",
    docs=__doc__,
    severity=Severity.STYLE,
    check=check,
    scope=RuleScope(text=("$",)),
    default=False,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where the variable may have another value"
        ),
    },
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
