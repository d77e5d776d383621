"""An image is named without a tag or digest

Without a tag the builder takes `latest`, and that is another image after each release: the
same Dockerfile gives a new base overnight, and a build of last month cannot be made again.

An ARG with a default counts as its default, as a note where it is the whole name: those who build
mostly give another. So does a name like `app-base` that no official image has: it is mostly built
on the spot. The rule is silent for stages, for `scratch`, for
a digest, and where a variable has no value or the platform decides on the name.

There is no fix: only you know which version was meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule


def check(build: Build) -> Iterator[Finding]:
    for used in build.images:
        if not used.image.tag and not used.image.digest:
            message = f"{used.name} has no tag, so it is whatever latest is on the day of the build: name {used.pin}"
            yield Finding(
                used.span,
                message,
                severity=Severity.INFO if used.is_mostly_another else None,
            )


RULE = Rule(
    id="untagged-image",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("DL3006", "semgrep/missing-image-version"),
    practice=Practice.REPRODUCIBILITY,
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
