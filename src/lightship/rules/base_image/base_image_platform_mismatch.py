"""FROM asks for a platform that the image is not made for

## What it does
Finds a `--platform` that does not match the image, such as `arm64v8/alpine` for amd64.

BuildKit compares with the image that it has pulled. lightship does not ask a registry: it knows
only what the name of the image says, and finds less. Without `--platform` the target is unknown
here. The rule is off by default.

## Why is this bad?
Such images exist for a single processor. With another `--platform` the build fails, or runs the
image on the wrong processor. Use the image without its prefix, or the platform that it is made
for.

## When to ignore
Ignore it where the name of an image of your own looks like one of these prefixes.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.evaluation.platforms import Platform
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope

# The namespaces of Docker's official images for one architecture (docker-library/official-images,
# README)
_NAMESPACES = {
    "amd64": Platform("linux", "amd64"),
    "arm32v5": Platform("linux", "arm", "v5"),
    "arm32v6": Platform("linux", "arm", "v6"),
    "arm32v7": Platform("linux", "arm"),
    "arm64v8": Platform("linux", "arm64"),
    "i386": Platform("linux", "386"),
    "mips64le": Platform("linux", "mips64le"),
    "ppc64le": Platform("linux", "ppc64le"),
    "riscv64": Platform("linux", "riscv64"),
    "s390x": Platform("linux", "s390x"),
    "winamd64": Platform("windows", "amd64"),
}


def check(build: Build) -> Iterator[Finding]:
    evaluation = build.evaluation
    stages = build.dockerfile.stages
    parents = evaluation.graph.bases
    for stage, base, parent in zip(stages, evaluation.bases, parents, strict=True):
        flag = stage.from_.flag("platform")
        if flag is None or parent is not None:
            continue
        if base.platform is None or base.platform_used:
            continue

        image = read_reference(base.name)
        if isinstance(image, str) or image.domain != "docker.io":
            continue

        namespace, _, _ = image.path.partition("/")
        made_for = _NAMESPACES.get(namespace)
        if made_for is None:
            continue
        if _differ(made_for, base.platform):
            span = on_first_line(build.dockerfile, stage.from_, flag.span)
            message = f"{image.name} is made for {made_for}, not for {base.platform}"
            yield Finding(span, message)


def _differ(stated: Platform, asked: Platform) -> bool:
    return (stated.os, stated.architecture) != (asked.os, asked.architecture)


RULE = Rule(
    id="base-image-platform-mismatch",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("--platform",)),
    aliases=("InvalidBaseImagePlatform",),
    examples=(
        Example(bad="FROM --platform=linux/amd64 arm64v8/alpine:3.22"),
        Example(good="FROM --platform=linux/arm64 arm64v8/alpine:3.22 AS base-arm64"),
        Example(good="FROM arm64v8/alpine:3.22"),
    ),
    default=False,
)
