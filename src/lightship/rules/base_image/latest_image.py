"""An image has the tag `latest`

## What it does
Finds images with the tag `latest`. With a digest the tag does not matter.

An ARG with a default counts as its default. Where it is the whole name, because the build usually
passes another one, the rule speaks only of official images. It is silent about a name like
`app-base`, which is built locally, about images that the repository builds itself,
or publishes others beside, about names with the version in them (`ubi9/ubi-minimal`), about images
that get no more updates and are to be replaced (`end-of-life-image`), about rolling distributions
such as openSUSE Tumbleweed and Arch Linux, about a distribution in which a stage only fetches files
(git, curl) and hands on nothing else, where a build of the repository passes the ARG, where a
comment beside it says that the newest one is meant, and in images for development, tests or CI.

## Why is this bad?
`latest` moves with every release, usually to a new major version. The same Dockerfile starts from
a different base overnight, last month's build cannot be repeated, and two machines build on
whatever each of them pulled last.

## Fix safety
The fix names the version of an official image that `latest` means, as far as lightship's tables
know it. It is unsafe: a newer one may have come since. Where the image has a slim form too, both
are choices, unless a RUN calls what only the full one has. That of a database is a choice too: a
volume may hold data of a newer one. There is no fix for other images, where a variable stands for
the name, or where the Dockerfile installs Python 2 packages, which the newest releases no longer
have.

## When to ignore
Ignore it where the image is built locally and has only this tag. Where the newest release is
wanted, but not unasked, `lightship pin --write` adds the digest that `latest` means today.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.stages.final_image import is_for_development
from lightship.facts.values.pinned_image import is_meant_to_move, without_version
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build):
        return
    for used in build.images:
        if used.image.tag == "latest" and not used.image.digest:
            if is_meant_to_move(build, used):
                continue
            message = f"{used.name} changes with every release: pin {used.pin}"
            yield without_version(build, used, message)


RULE = Rule(
    id="latest-image",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=("latest",)),
    aliases=(
        "DL3007",
        "DS-0001",
        "AVD-DS-0001",
        "CKV_DOCKER_7",
        "DKL-DI-0006",
        "semgrep/avoid-latest-version",
    ),
    practice=Practice.REPRODUCIBILITY,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
        "words-in-args": "an image that one ARG names is mostly the default alone",
    },
    examples=(
        Example(bad="FROM company/image_name:latest", on_page=True),
        Example(bad="FROM registry.example.com:5000/acme/base:latest AS build"),
        Example(bad="ARG VERSION=latest\nFROM alpine:${VERSION}"),
        Example(bad="FROM alpine:${VERSION:-latest}"),
        Example(
            bad="FROM golang:1.25 AS build\nFROM debian:latest\nCOPY --from=build /app /app",
            fixed="FROM golang:1.25 AS build\nFROM debian:trixie\n"
            "COPY --from=build /app /app",
            on_page=True,
        ),
        Example(bad="COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/"),
        Example(good="FROM alpine:3.22"),
        Example(good="FROM opensuse/tumbleweed:latest"),
        Example(good="ARG BASE=acme/base:latest\nFROM ${BASE}"),
        Example(good=f"FROM alpine:latest@sha256:{'0' * 64}"),
        Example(good="ARG VERSION=3.22\nFROM alpine:${VERSION}"),
        Example(good="FROM alpine:3.22 AS latest\nFROM latest"),
        Example(good="FROM acme/base:latest-2026"),
    ),
)
