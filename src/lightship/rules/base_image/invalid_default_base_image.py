"""Without build args, FROM names no valid image

The image comes from an ARG that has no default, or a bad one: `docker build .` fails, and so
do tools that read the Dockerfile without your arguments.

There is no fix: give the ARG the default that you mostly build with. Ignore the rule where a
build without arguments must fail.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule


def check(build: Build) -> Iterator[Finding]:
    for stage, base in zip(build.dockerfile.stages, build.evaluation.bases, strict=True):
        if base.default_name is None:
            continue
        reason = read_reference(base.default_name)
        if isinstance(reason, str):
            shown = base.default_name or "nothing"
            message = f"without build args this FROM names {shown}: {reason}"
            yield Finding(on_first_line(build.dockerfile, stage.from_, stage.base.span), message)


RULE = Rule(
    id="invalid-default-base-image",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("InvalidDefaultArgInFrom",),
    examples=(
        Example(bad="ARG VERSION\nFROM alpine:$VERSION"),
        Example(bad="ARG IMAGE=Alpine\nFROM $IMAGE"),
        Example(good="ARG VERSION=3.22\nFROM alpine:$VERSION"),
        Example(good="ARG VERSION\nFROM alpine:${VERSION:-3.22}"),
    ),
)
