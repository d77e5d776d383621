"""An image is named without a tag or digest

## What it does
Finds images without a tag or digest. Stages, `scratch`, variables without a value, and names that
depend on the platform are left alone.

An ARG with a default counts as its default. Where it is the whole name, because the build usually
passes another one, the rule speaks only of official images. It is silent about a name like
`app-base` or `localhost/app`, which is built locally, about images that the repository builds
itself or publishes others beside, about names with the version in them (`ubi9/ubi-minimal`), about
rolling distributions such as openSUSE Tumbleweed and Arch Linux, where a build of
the repository passes the ARG, where a comment beside it says that the newest one is meant,
and in images for development, tests or CI. Of a repository that gets no more updates, such as
`centos`, `end-of-life-image` speaks.

## Why is this bad?
Without a tag the builder uses `latest`, which changes with every release: the same Dockerfile
starts from a different base overnight, and last month's build cannot be repeated.

## Fix safety
The fix names the tag that the Dockerfile gives the same image elsewhere, unless that release gets
no more fixes, or else the version of an official image that `latest` means, as far as lightship's
tables know it. It is unsafe: a newer one may have come since. Where the image has a slim form too,
both are choices, unless a RUN calls what only the full one has. That of a database is a choice too:
a volume may hold data of a newer one. There is no fix for other images, where a variable stands for
the name, or where the Dockerfile installs Python 2 packages, which the newest releases no longer
have.

## When to ignore
Ignore it where the image is built locally and has no other tag.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.evaluation.image_references import UsedImage
from lightship.facts.stages.final_image import is_for_development
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build):
        return
    for used in build.images:
        if not used.image.tag and not used.image.digest:
            yield from _without_tag(build, used)


def _without_tag(build: Build, used: UsedImage) -> Iterator[Finding]:
    # Most images have a tag
    from lightship.facts.values.pinned_image import is_meant_to_move, without_version  # noqa: PLC0415

    if not is_meant_to_move(build, used):
        message = f"{used.name} has no tag, and latest changes: pin {used.pin}"
        yield without_version(build, used, message)


RULE = Rule(
    id="untagged-image",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    aliases=("DL3006", "semgrep/missing-image-version"),
    practice=Practice.REPRODUCIBILITY,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
        "words-in-args": "an image that one ARG names is mostly the default alone",
    },
    examples=(
        Example(bad="FROM debian", fixed="FROM debian:trixie"),
        Example(bad="FROM --platform=$BUILDPLATFORM ghcr.io/acme/base AS build"),
        Example(bad="FROM registry.example.com:5000/acme/base"),
        Example(bad="ARG BASE=debian\nFROM ${BASE}"),
        Example(
            bad="FROM golang:1.25 AS build\nFROM debian\nCOPY --from=build /app /app",
            fixed="FROM golang:1.25 AS build\nFROM debian:trixie\n"
            "COPY --from=build /app /app",
        ),
        Example(bad="COPY --from=ghcr.io/astral-sh/uv /uv /bin/"),
        Example(bad="RUN --mount=from=ghcr.io/astral-sh/uv,target=/uv /uv/uv sync"),
        Example(good="FROM debian:trixie-slim"),
        Example(
            bad="FROM python:3.12 AS build\nFROM python\nCOPY --from=build /app /app",
            fixed="FROM python:3.12 AS build\nFROM python:3.12\nCOPY --from=build /app /app",
        ),
        # Built before, on the spot
        Example(good="FROM app-base"),
        Example(good="FROM localhost/app"),
        Example(good="FROM archlinux"),
        Example(good="ARG BASE=acme/base\nFROM ${BASE}"),
        Example(good=f"FROM debian@sha256:{'0' * 64}"),
        Example(good="FROM scratch\nCOPY app /app"),
        Example(good="FROM debian:trixie-slim AS base\nFROM base"),
        Example(good="ARG VERSION=trixie-slim\nFROM debian:${VERSION}"),
        Example(good="FROM debian:trixie-slim AS base-amd64\nFROM base-$TARGETARCH"),
    ),
)
