"""An image has the tag `latest`

`latest` moves with each release, mostly to a new major version. The same Dockerfile gives
another base overnight, a build of last month cannot be made again, and two machines build on
what each of them pulled last.

An ARG with a default counts as its default, as a note where it is the whole name: those who build
mostly give another. So does a name like `app-base` that no official image has: it is mostly built
on the spot. With a digest the tag does not matter.

There is no fix: only you know which version was meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule


def check(build: Build) -> Iterator[Finding]:
    for used in build.images:
        if used.image.tag == "latest" and not used.image.digest:
            message = (
                f"{used.name} is another image after each release: name {used.pin}"
            )
            yield Finding(
                used.span,
                message,
                severity=Severity.INFO if used.is_mostly_another else None,
            )


RULE = Rule(
    id="latest-image",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=(
        "DL3007",
        "DS-0001",
        "AVD-DS-0001",
        "CKV_DOCKER_7",
        "DKL-DI-0006",
        "semgrep/avoid-latest-version",
    ),
    practice=Practice.REPRODUCIBILITY,
    examples=(
        Example(bad="FROM company/image_name:latest"),
        Example(bad="FROM registry.example.com:5000/acme/base:latest AS build"),
        Example(bad="ARG VERSION=latest\nFROM alpine:${VERSION}"),
        Example(bad="FROM alpine:${VERSION:-latest}"),
        Example(
            bad="FROM golang:1.25 AS build\nFROM debian:latest\nCOPY --from=build /app /app"
        ),
        Example(bad="COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/"),
        Example(good="FROM alpine:3.22"),
        Example(good=f"FROM alpine:latest@sha256:{'0' * 64}"),
        Example(good="ARG VERSION=3.22\nFROM alpine:${VERSION}"),
        Example(good="FROM alpine:3.22 AS latest\nFROM latest"),
        Example(good="FROM acme/base:latest-2026"),
    ),
)
