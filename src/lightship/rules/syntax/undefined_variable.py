"""A variable is used that neither ENV nor ARG sets

BuildKit puts variables into ENV, COPY, WORKDIR, USER and others before anything runs; one that
is not set becomes nothing. `ENV PATH=$PAHT:/app/bin` loses the whole PATH. An ARG before the
first FROM counts in a stage only after an `ARG` of its own there.

Base images set variables too. BuildKit asks the registry for them; lightship knows those of the
distributions' images and of some languages'. What any other image may well set is left to
`variable-of-base-image`.
`ENV NAME=a:$NAME` is a note, and so is `${NAME:-a}`: they mean a variable that may be missing.

There is no fix: declare the variable, correct its name, or leave it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.values.undefined import undefined_uses
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule


def check(build: Build) -> Iterator[Finding]:
    yield from (
        finding for image_decides, finding in undefined_uses(build) if not image_decides
    )


RULE = Rule(
    id="undefined-variable",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("UndefinedVar", "DL3044"),
    examples=(
        Example(bad="ENV PATH=$PAHT:/app/bin"),
        Example(bad="ARG VERSION=1\nFROM debian:trixie-slim\nLABEL version=$VERSION"),
        Example(bad="ENV PYTHONPATH=/app:$PYTHONPATH"),
        Example(bad="ENV A=1 B=$A"),
        # The image may set it: `variable-of-base-image` says so
        Example(good="FROM quay.io/jupyter/base-notebook:2025-01-01\nUSER $NB_UID"),
        Example(good="FROM python:3.13-slim\nLABEL version=$PYTHON_VERSION"),
        Example(good="ENV PATH=$PATH:/app/bin"),
        Example(
            good="ARG VERSION=1\nFROM debian:trixie-slim\nARG VERSION\nLABEL version=$VERSION"
        ),
    ),
)
