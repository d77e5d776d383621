"""The base image holds a release that gets no more security fixes

Python, Node, Debian, Ubuntu, Alpine and CentOS publish how long each release is looked after.
Afterwards the flaws that are found stay in the image, the image itself is not built anew, and
the package index of the distribution moves or disappears, so that installs fail.

The rule reads the tag of official images, and of images built from it where they say so:
`python:3.9-slim-buster` is Python 3.9 on Debian 10. Debian counts to the end of its LTS, Ubuntu
to that of its standard support. The dates, each with its source, are in
`lightship/base_images/lifetimes.py`.

For python images the fix takes the oldest minor that is still supported and that the project
allows: `requires-python` or its like must be declared in the build context, and the lock file
must have wheels for it. `slim`, `alpine` and the name of the distribution's release stay, or
become the oldest that is supported. It is unsafe, as another version may behave differently. For
other images there is no fix, only the name of the oldest release that would do.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.lifetimes import Release, parts, supported
from lightship.build import Build
from lightship.evaluation.images import UsedImage, images
from lightship.facts.python_upgrade import upgrade
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Span


def check(build: Build) -> Iterator[Finding]:
    for used in images(build.dockerfile, build.evaluation):
        ended = [part.release for part in parts(used.image) if part.release.ended]
        if ended:
            yield Finding(_tag_span(build, used), _message(ended), _fix(build, used))


def _message(ended: list[Release]) -> str:
    first, *others = ended
    ends = [f"{first} had its last fixes on {first.ends}", *(f"{release} on {release.ends}" for release in others)]
    left = [found[0] for release in ended if (found := supported(release.product))]
    names = " and ".join(f"{release.product} {release.version}" for release in left)
    hint = f"; {names} {'is' if len(left) == 1 else 'are'} the oldest with support" if left else ""
    return ", ".join(ends) + hint


def _tag_span(build: Build, used: UsedImage) -> Span:
    """The tag, where it stands there as it is."""
    text = used.span.of(build.dockerfile.text)
    at = text.rfind(f":{used.image.tag}")
    return used.span if at < 0 else Span(used.span.start + at + 1, used.span.start + at + 1 + len(used.image.tag))


def _fix(build: Build, used: UsedImage) -> Fix | None:
    found = upgrade(build, used)
    return Fix(f"Start from {found.name}", found.edits, Safety.UNSAFE) if found is not None else None


RULE = Rule(
    id="end-of-life-image",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    examples=(
        Example(
            bad="FROM python:3.9-slim",
            fixed="FROM python:3.14-slim",
            files={"pyproject.toml": '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.14"\n'},
        ),
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
        Example(bad="FROM golang:1.25 AS build\nFROM alpine:3.9\nCOPY --from=build /app /app"),
        Example(bad="COPY --from=node:16 /usr/local/bin/node /usr/local/bin/"),
        Example(good="FROM python:3"),
        Example(good="FROM python:3-slim"),
        Example(good="FROM node:lts"),
        Example(good="FROM debian:sid-slim"),
        Example(good="FROM alpine:edge"),
        Example(good="FROM ghcr.io/acme/python:3.6"),
        Example(good="FROM acme/debian:buster"),
        Example(good="ARG VERSION\nFROM python:$VERSION"),
        Example(good="FROM postgres:9.6"),
        Example(good="FROM debian:trixie-slim AS buster\nFROM buster"),
    ),
)
