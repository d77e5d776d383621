"""The tag of an image does not say which release of Debian it is

## What it does
Finds tags of official images that come with several Debian releases, as
docker-library/official-images lists them, and that do not name one. Tags of one exact version,
and of versions that are no longer built, do not move and are left alone.

The rule is off by default: many people are content to get the new Debian when it comes.

## Why is this bad?
`python:3.13-slim` is Python 3.13 on the Debian that the maintainers of the image choose: bookworm
until 2025-08-12, trixie since (docker-library/official-images#19661). On such a day all Debian
packages in the image change their versions, and some that `apt-get install` names are gone;
builds of public projects broke within the week (wagtail/bakerydemo#552,
mozilla-releng/balrog#3532). Extensions that were compiled against the old libraries may not load,
and another C library sorts text differently, which breaks indexes of PostgreSQL. A tag with the
release, `python:3.13-slim-trixie`, gets all fixes of Python and of that Debian.

## Fix safety
The fix adds the release that the tag means, which is the same image. It is unsafe, because the
list was read on 2026-08-21, and the tag may have moved since.

## When to ignore
Ignore it where a new Debian release is welcome as soon as the image moves to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.lifetimes import parts
from lightship.base_images.variants import Unnamed, unnamed
from lightship.build import Build
from lightship.evaluation.image_references import UsedImage
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.text import Edit, Span


def check(build: Build) -> Iterator[Finding]:
    for used in build.images:
        meant = unnamed(used.image)
        if (
            meant is not None
            and not used.is_variable
            and not any(
                part.release.has_ended(build.today) for part in parts(used.image)
            )
        ):
            message = (
                f"{used.name} will move to the next Debian; today it is {meant.release}: "
                "pin the release"
            )
            yield Finding(used.span, message, _fix(build, used, meant))


def _fix(build: Build, used: UsedImage, meant: Unnamed) -> Fix | None:
    """Only where the tag is written out there."""
    if not used.span.of(build.dockerfile.text).endswith(f":{used.image.tag}"):
        return None
    edit = Edit.replace(
        Span(used.span.end - len(used.image.tag), used.span.end), meant.tag
    )
    return Fix(f"Use {used.image.name}:{meant.tag}", (edit,), Safety.UNSAFE)


RULE = Rule(
    id="debian-release-unpinned",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    default=False,
    practice=Practice.REPRODUCIBILITY,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
        "words-in-args": (
            "an image that is a variable as a whole is chosen at build time"
        ),
    },
    examples=(
        Example(
            bad="FROM python:3.14-slim AS build",
            fixed="FROM python:3.14-slim-trixie AS build",
        ),
        Example(
            bad="FROM docker.io/library/python:3.14",
            fixed="FROM docker.io/library/python:3.14-trixie",
        ),
        Example(bad="FROM node:24-slim", fixed="FROM node:24-bookworm-slim"),
        Example(bad="FROM node:26", fixed="FROM node:26-trixie"),
        Example(bad="FROM php:8.4-fpm", fixed="FROM php:8.4-fpm-trixie"),
        Example(bad="FROM nginx:1.31-perl", fixed="FROM nginx:1.31-trixie-perl"),
        Example(
            bad="FROM golang:1.27 AS build\nFROM debian:trixie-slim\n"
            "COPY --from=postgres:18 /usr/bin/psql /usr/bin/",
            fixed="FROM golang:1.27-trixie AS build\nFROM debian:trixie-slim\n"
            "COPY --from=postgres:18-trixie /usr/bin/psql /usr/bin/",
        ),
        Example(bad="ARG VERSION=3.14\nFROM python:${VERSION}-slim"),
        Example(good="FROM python:3.14-slim-trixie"),
        Example(good="FROM python:3.14-alpine"),
        Example(good="FROM python:3.14.2-slim"),
        Example(good="FROM golang:1.24"),  # no longer built, so that it never moves
        Example(good=f"FROM python:3.14-slim@sha256:{'0' * 64}"),
        Example(good="FROM python:3.14-windowsservercore"),
        Example(good="FROM debian:trixie-slim"),
        Example(good="FROM redis:8.4"),
        Example(good="FROM acme/python:3.14-slim"),
        Example(good="ARG BASE=python:3.14-slim\nFROM $BASE"),
    ),
)
