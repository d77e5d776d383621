"""The base image, or a release in it, no longer gets security fixes

## What it does
Finds base images with a release of Python, Node, Debian, Ubuntu, Alpine or CentOS that is past
its end of life, and images that are retired as a whole: openjdk, condaforge/mambaforge,
continuumio/miniconda3, minio/minio, jupyter/*-notebook on Docker Hub, distroless images on Debian
11 and older, tags that uv's images have left (`uv:python3.14-bookworm`) where they are shipped
(`lightship/base_images/retired.py`).

The rule reads the tags of official images, and of images built from them where they say so:
`python:3.9-slim-buster` is Python 3.9 on Debian 10. Of other images it reads those that have the
releases in their tags by rule, such as `nvidia/cuda:11.8.0-base-ubuntu20.04`, the images of uv, and
those of AWS Lambda. Debian counts to the end of its LTS, Ubuntu to the end of its standard support.
The dates, each with its source, are in `lightship/base_images/lifetimes.py`. In a stage that is not
a part of the image, in an example, in an image for development, tests, CI or a tool, and in the
first three months after the end it is only a note; where both hold, or in an example in these
months, nothing is reported, unless a shipped stage of the file is on the same release. Of a
Dockerfile among the tests that no file builds, a fixture, nothing is reported; nor of a version
that a build of tests or CI passes as a build arg, nor of a stage beside the image whose comment
says that the old release is there for compatibility; nor of a stage that nothing needs
(`unused-stage`), unless a later FROM was probably to name it; nor of an Ubuntu on which the release
of ROS is installed that exists for no other (`ros-noetic-…`); nor of a Dockerfile that no file
builds and that is named for a release two and a half years past its end, nor of one for tests or CI
that is named for the release on which it tests.

## Why is this bad?
After its end of life, new vulnerabilities of a release stay in the image, the image itself is no
longer rebuilt, and the package index of the distribution moves or disappears, so that installs
fail.

## Fix safety
For python images the fix chooses the oldest minor version that is still supported and that the
project allows: the build context must declare `requires-python` or an equivalent, and the lock
file must have wheels for it. For these and other official images it chooses the oldest release of
Debian or Alpine that is supported and that the image is built for
(`lightship/base_images/variants.py`). `slim` and `alpine` stay; an exact version of Python
becomes another exact one where it has ended or never came with that release.

It is unsafe, because another version may behave differently. It corrects comments directly above
the image that name the old release. There is none for postgres, whose indexes are in the order of
the C library, nor for a tag such as `3-slim-buster`, whose Python would change, too.

Where that image is not known to fit, the oldest image that nothing speaks against is a choice,
which is shown and never applied, and so is the newest, where nothing is pinned, compiled or locked
that is not known for it: where the project does not say which versions of Python it runs on, for
another major version of Node, for the images of distributions, and where it is not known whether a
package of the distribution is in the newer release. So it is for another minor of Python, unless a
classifier, tox or a workflow names it, the project refuses the old one, or all packages are known
to have wheels for it; and in any case where setup.py is run or linked, and for an image to develop
on the lowest Python that the project supports, or its manual names. Another Debian or Alpine is a
choice where a RUN compiles something or installs a package file. If no newer Python fits, the
choice is the same Python on the last Debian that its image was built for.

Nothing is offered two and a half years after the end of a release, when more has changed than the
base image, nor where Python 2 is called. Nothing is offered either where the Dockerfile names the
old release elsewhere, such as in a path or a source of packages, nor where its name, its directory,
a stage or a tag of its builds does (`python3.8.dockerfile`, `acme/base:py38`): it is a row of a
matrix, whose time is over. No version is offered for which a pinned package is known to have no
wheel, or which lacks a package of the distribution (libssl1.1, postgresql-client-13, python-pip,
versions after `=`), or whose Python refuses the installs of pip (PEP 668); no Node without corepack
or yarn where they are called.

## When to ignore
Ignore it where someone else supports the release, such as with a paid extension.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import timedelta

from lightship.base_images.lifetimes import Release, parts
from lightship.base_images.retired import retirement_of
from lightship.build import Build
from lightship.dockerfile.places import comments_near
from lightship.dockerfile.tree import Stage
from lightship.evaluation.image_references import UsedImage
from lightship.facts.start.purpose import start_commands
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex

# A release that got its last fixes less than a quarter of a year ago
_LATELY = timedelta(days=92)
_CHECKS = ("test", "ci")
_FOR_COMPATIBILITY = regex(
    r"(?i)\b(?:backwards?\b.{0,3}compat|compatib|older|oldest|glibc)"
)

# The Ubuntu for which each is built, and no other (ros.org, REP 3; docs.ros.org, REP 2000)
_ROS = {
    "trusty": ("indigo", "jade"),
    "xenial": ("kinetic", "lunar"),
    "bionic": ("melodic", "dashing", "eloquent"),
    "focal": ("noetic", "foxy", "galactic"),
}


def check(build: Build) -> Iterator[Finding]:
    if build.purpose == "test" and build.is_guess:
        return  # a fixture: tests read it, or need just this release
    if _only_says_hello(build):
        return

    for used in build.images:
        if _is_meant(build, used):
            continue

        releases = [part.release for part in parts(used.image)]
        ended = [release for release in releases if release.has_ended(build.today)]
        finding = _of_ended(build, used, ended) if ended else _of_retired(build, used)
        if finding is not None:
            yield finding


def _of_ended(build: Build, used: UsedImage, ended: list[Release]) -> Finding | None:
    """The finding of an image with releases that have ended; None where nobody can use another."""
    if any(_has_its_ros(build, release) for release in ended):
        return None
    is_row = _is_row_of_matrix(build, ended)
    if is_row and build.purpose in _CHECKS:
        return None  # what is tested on it has users on it
    if is_row and build.is_guess and _is_long_past(build, used):
        return None
    if _is_late(build, ended) and not _matters(build, used, ended):
        return None
    # Only a finding needs it
    from lightship.rules.base_image.end_of_life_image.ended_words import (  # noqa: PLC0415
        given_value,
        message_of,
        message_of_row,
        tag_span,
    )

    fix: Fix | None = None
    choices: tuple[Fix, ...] = ()
    if is_row:
        said = message_of_row(ended)
    else:
        # Only a finding needs it
        from lightship.rules.base_image.end_of_life_image.cures import cures  # noqa: PLC0415

        said = message_of(ended, build.today)
        fix, choices = cures(build, used, _begun_with(build, used))
    message = given_value(build, used) + said
    severity = _severity(build, used, ended)
    return Finding(tag_span(build, used), message, fix, severity, choices)


def _severity(build: Build, used: UsedImage, ended: list[Release]) -> Severity | None:
    """None for that of the rule."""
    if used.is_variable:
        return Severity.INFO  # whoever builds mostly gives another value
    if _is_late(build, ended):
        return Severity.INFO  # hardly a hole is known that it has
    return None if _is_shipped(build, used) else Severity.INFO


def _is_late(build: Build, ended: list[Release]) -> bool:
    """Whether all of the releases have ended only lately."""
    return all(build.today - release.ends <= _LATELY for release in ended)


def _matters(build: Build, used: UsedImage, ended: list[Release]) -> bool:
    """Whether anybody runs what is on the release, so that the move cannot wait.

    A build stage moves together with the shipped stage that is on the same release.
    """
    if build.repository.is_example:
        return False
    alike = [other for other in build.images if _shares(other, ended)]
    return any(_is_shipped(build, other) for other in (used, *alike))


def _shares(used: UsedImage, ended: list[Release]) -> bool:
    return any(part.release in ended for part in parts(used.image))


def _only_says_hello(build: Build) -> bool:
    """Whether the image is a first try: it is given nothing, and starts `echo`."""
    for item in build.dockerfile.instructions:
        if item.keyword in ("RUN", "COPY", "ADD"):
            return False
    commands = start_commands(build)
    return bool(commands) and all(command.name == "echo" for command in commands)


def _is_shipped(build: Build, used: UsedImage) -> bool:
    """Whether the image is a part of one for production, and not only shown."""
    if not build.is_for_production or build.repository.is_example:
        return False
    return any(stage.span.covers(used.span) for stage in build.lineage)


def _is_meant(build: Build, used: UsedImage) -> bool:
    """Whether the old release is there for the sake of being old.

    A test's build asks for it among others, or a stage beside the image is for compatibility, or
    needed by nothing.
    """
    is_given = not used.variables.isdisjoint(build.args)
    if build.purpose in _CHECKS and is_given:
        return True
    stage = _begun_with(build, used)
    if stage is None or stage in build.lineage:
        return False
    # Few stages get here
    from lightship.facts.stages.spare_stages import named_like_image, spare_stages  # noqa: PLC0415

    if stage in spare_stages(build) and named_like_image(build, stage) is None:
        return True  # it is not even built, and no FROM was to name it
    comments = comments_near(build.dockerfile, stage.from_)
    return _FOR_COMPATIBILITY.search(comments) is not None


def _begun_with(build: Build, used: UsedImage) -> Stage | None:
    """The stage whose FROM names the image; None where another instruction does."""
    stages = build.dockerfile.stages
    after = bisect_right(stages, used.span.start, key=lambda stage: stage.span.start)
    if after == 0:
        return None
    stage = stages[after - 1]
    return stage if stage.from_.span.covers(used.span) else None


def _of_retired(build: Build, used: UsedImage) -> Finding | None:
    """The finding of an image that is no longer published, with any tag."""
    retirement = retirement_of(used.image)
    if retirement is None or retirement.ends >= build.today:
        return None
    name = used.image.name
    if retirement.is_of_tag:
        if not _is_shipped(build, used):
            return None  # a stage that only builds is on the system of the one that it builds for
        name = f"{name}:{used.image.tag}"
    message = (
        f"{name} has had no updates since {retirement.ends}: use {retirement.instead}"
    )
    is_late = build.today - retirement.ends <= _LATELY
    is_note = used.is_variable or is_late or not _is_shipped(build, used)
    severity = Severity.INFO if is_note else None
    return Finding(used.span, message, severity=severity)


def _is_row_of_matrix(build: Build, ended: list[Release]) -> bool:
    # Only a finding needs it
    from lightship.rules.base_image.end_of_life_image.matrix_rows import (  # noqa: PLC0415
        is_row_of_matrix,
    )

    return is_row_of_matrix(build, ended)


def _is_long_past(build: Build, used: UsedImage) -> bool:
    # Only a finding needs it
    from lightship.rules.base_image.end_of_life_image.likely_builds import (  # noqa: PLC0415
        is_long_past,
    )

    return is_long_past(build, used)


def _has_its_ros(build: Build, release: Release) -> bool:
    """Whether a RUN has the release of ROS that was made for this Ubuntu alone."""
    names = _ROS.get(release.codename, ()) if release.product == "Ubuntu" else ()
    text = build.dockerfile.text
    return any(f"ros-{name}-" in text or f"ros/{name}" in text for name in names)


RULE = Rule(
    id="end-of-life-image",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.SECURITY,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
    },
    examples=(
        Example(
            bad="FROM python:3.9-slim",
            fixed="FROM python:3.14-slim",
            files={
                "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n'
                'requires-python = ">=3.14"\n'
            },
        ),
        Example(
            bad="FROM python:3.14-slim-bullseye AS build\nFROM node:24-bullseye-slim\n"
            "COPY --from=build /site /site",
            fixed="FROM python:3.14-slim-bookworm AS build\nFROM node:24-bookworm-slim\n"
            "COPY --from=build /site /site",
        ),
        Example(
            bad="FROM python:3.9-slim\nCOPY a.pth /usr/local/lib/python3.9/site-packages/",
            files={
                "pyproject.toml": "[project]\nrequires-python = '>=3.9'\n",
                "a.pth": "",
            },
        ),
        Example(
            bad="FROM node:22-bullseye\n"
            "RUN echo deb http://example.com bullseye main > /etc/apt/sources.list"
        ),
        # Not in Debian 12 any more
        Example(
            bad="FROM python:3.14-slim-bullseye\n"
            "RUN apt-get update && apt-get install -y libffi7 libssl1.1"
        ),
        # numpy 1.19 has no wheel for a supported Python
        Example(
            bad="FROM python:3.9-slim\nCOPY requirements.txt .\n"
            "RUN pip install -r requirements.txt",
            files={
                "pyproject.toml": "[project]\nrequires-python = '>=3.9'\n",
                "requirements.txt": "numpy==1.19.5\n",
            },
        ),
        Example(bad="FROM nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu20.04"),
        Example(bad="FROM public.ecr.aws/lambda/python:3.9"),
        Example(bad="FROM ghcr.io/astral-sh/uv:0.4.20-python3.9-bookworm-slim"),
        Example(bad="FROM mcr.microsoft.com/devcontainers/python:1-3.9-bookworm"),
        Example(bad="ARG BASE=python:3.8-slim\nFROM ${BASE}"),
        Example(bad="FROM python:3.9"),
        Example(bad="FROM python:3.6.8-slim-stretch AS build\nRUN pip install flask"),
        Example(bad="FROM python:2-alpine"),
        Example(bad="FROM debian:buster-slim"),
        Example(bad="FROM debian:9.13"),
        Example(bad="FROM ubuntu:18.04"),
        Example(bad="FROM ubuntu:xenial-20210804"),
        Example(bad="FROM alpine:3.12.1"),
        Example(bad="FROM node:14-alpine3.16"),
        Example(bad="FROM node:fermium"),
        Example(bad="FROM centos:centos7"),
        Example(bad="FROM openjdk:11-jdk-slim-buster"),
        Example(bad="FROM public.ecr.aws/docker/library/python:3.8"),
        Example(bad="ARG PYTHON_VERSION=3.8\nFROM python:${PYTHON_VERSION}-slim"),
        Example(
            bad="FROM golang:1.25 AS build\nFROM alpine:3.9\nCOPY --from=build /app /app"
        ),
        Example(bad="COPY --from=node:16 /usr/local/bin/node /usr/local/bin/"),
        Example(bad="FROM openjdk:21-jdk-slim"),
        Example(bad="FROM condaforge/mambaforge:24.9.2-0"),
        Example(bad="FROM gcr.io/distroless/python3-debian11:nonroot"),
        Example(bad="FROM jupyter/scipy-notebook:2023-10-20"),
        Example(bad="FROM centos"),
        Example(
            good="# Old libraries, for backwards compatibility\nFROM ubuntu:16.04 AS xenial\n"
            "FROM ubuntu:24.04\nCOPY --from=xenial /lib/x86_64-linux-gnu/libz.so.1 /usr/lib/old/"
        ),
        Example(good="FROM openjdk:27-ea-slim"),
        Example(good="FROM condaforge/miniforge3:25.9.1-0"),
        Example(good="FROM quay.io/jupyter/scipy-notebook:2026-01-05"),
        Example(good="FROM gcr.io/distroless/python3-debian13:nonroot"),
        Example(good="FROM acme/openjdk:17"),
        Example(good="FROM openjdk-base:17"),
        Example(good="FROM eclipse-temurin:21-jre"),
        Example(
            good="FROM mcr.microsoft.com/devcontainers/javascript-node:4-24-bookworm"
        ),
        Example(good="FROM nvidia/cuda:13.0.1-runtime-ubuntu24.04"),
        Example(good="FROM debian:sid-slim"),
        Example(good="FROM alpine:edge"),
        Example(good="FROM ghcr.io/acme/python:3.6"),
        Example(good="FROM acme/debian:buster"),
        Example(good="FROM postgres:9.6"),
        Example(good="FROM debian:trixie-slim AS buster\nFROM buster"),
    ),
)
