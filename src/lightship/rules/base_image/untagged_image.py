"""An image is named without a tag or digest

## What it does
Finds images without a tag or digest. Stages, `scratch`, variables without a value, and names that
depend on the platform are left alone.

An ARG with a default counts as its default; where it is the whole name, the finding is only a
note, because the build usually passes another one. The same goes for a name like `app-base`,
which is not an official image: it is usually built locally.

## Why is this bad?
Without a tag the builder uses `latest`, which changes with every release: the same Dockerfile
starts from a different base overnight, and last month's build cannot be repeated.

## When to ignore
Ignore it where the image is built locally and has no other tag.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.floating import suggested
from lightship.build import Build
from lightship.evaluation.image_references import UsedImage
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule


def check(build: Build) -> Iterator[Finding]:
    for used in build.images:
        if not used.image.tag and not used.image.digest:
            message = f"{used.name} has no tag, and latest changes: pin {_advice(build, used)}"
            yield Finding(
                used.span,
                message,
                severity=Severity.INFO if used.is_mostly_another else None,
            )


def _advice(build: Build, used: UsedImage) -> str:
    """What to name so that it stays the same, with an example where one is known."""
    example = suggested(used.image, build.today)
    return f"{used.pin}, such as {example}" if example else used.pin


RULE = Rule(
    id="untagged-image",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("DL3006", "semgrep/missing-image-version"),
    practice=Practice.REPRODUCIBILITY,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
    },
    examples=(
        Example(bad="FROM debian"),
        Example(bad="FROM --platform=$BUILDPLATFORM ghcr.io/acme/base AS build"),
        Example(bad="FROM registry.example.com:5000/acme/base"),
        Example(bad="FROM app-base"),
        Example(bad="ARG BASE=debian\nFROM ${BASE}"),
        Example(
            bad="FROM golang:1.25 AS build\nFROM debian\nCOPY --from=build /app /app"
        ),
        Example(bad="COPY --from=ghcr.io/astral-sh/uv /uv /bin/"),
        Example(bad="RUN --mount=from=ghcr.io/astral-sh/uv,target=/uv /uv/uv sync"),
        Example(good="FROM debian:trixie-slim"),
        Example(good=f"FROM debian@sha256:{'0' * 64}"),
        Example(good="FROM scratch\nCOPY app /app"),
        Example(good="FROM debian:trixie-slim AS base\nFROM base"),
        Example(good="ARG VERSION=trixie-slim\nFROM debian:${VERSION}"),
        Example(good="FROM debian:trixie-slim AS base-amd64\nFROM base-$TARGETARCH"),
    ),
)
