"""Without build args, FROM does not name a valid image

## What it does
Finds images that come from an ARG without a default, or with an invalid one. Where the whole name
is an ARG without a default, as in `FROM ${BASE_IMAGE}`, it is only a note: the argument may be
required on purpose. The same name is reported once.

## Why is this bad?
`docker build .` fails, and so do tools that read the Dockerfile without your arguments. Give the
ARG the default that you build with most often.

## When to ignore
Ignore it where a build without arguments must fail.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.expansion.variables import is_plain
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule


def check(build: Build) -> Iterator[Finding]:
    reported: set[str] = set()
    for stage, base in zip(
        build.dockerfile.stages, build.evaluation.bases, strict=True
    ):
        text = stage.base.text
        if (
            base.default_name is None
            or text in reported
            or not isinstance(read_reference(base.default_name), str)
        ):
            continue
        reported.add(text)
        shown = f'"{base.default_name}"' if base.default_name else "nothing"
        span = on_first_line(build.dockerfile, stage.from_, stage.base.span)
        if is_plain(
            text, build.dockerfile.escape
        ):  # `build-refused` says that it cannot be built at all
            yield Finding(
                span,
                f"FROM names {shown}, which is not an image",
                severity=Severity.INFO,
            )
        else:
            message = (
                f"without build args, FROM names {shown}, which is not an image: give the "
                "ARG a default"
            )
            yield Finding(
                span, message, severity=None if base.default_name else Severity.INFO
            )


RULE = Rule(
    id="invalid-default-base-image",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("InvalidDefaultArgInFrom",),
    examples=(
        Example(bad="ARG VERSION\nFROM alpine:$VERSION"),
        Example(bad="ARG IMAGE=Alpine\nFROM $IMAGE"),
        Example(bad="ARG BASE_IMAGE\nFROM $BASE_IMAGE AS build\nFROM $BASE_IMAGE"),
        Example(good="ARG VERSION=3.22\nFROM alpine:$VERSION"),
        Example(good="ARG VERSION\nFROM alpine:${VERSION:-3.22}"),
    ),
)
