"""The tag of an image moves from one version to the next

## What it does
Finds official images whose tag names no version (`python:slim`, `golang:alpine`), and tags that
move to a version that may break what runs on it: `python:3-slim`, `node:lts`,
`debian:stable-slim`.

Tags that stay on a version are left alone, such as `node:24` and `postgres:17`. So are `latest`
and images without a tag (`latest-image`, `untagged-image`), images that get no more updates
(`end-of-life-image`), images with a digest, and tags that
move on purpose, such as `alpine:edge` and `debian:sid`; images for development, tests or CI; and
containers that only hold files and run `true`, or whose program apt's pipx installs for Debian's
own Python.

## Why is this bad?
The same Dockerfile starts from a different base overnight. With `python:3` every October brings a
new minor version: packages have no wheels for it yet, and paths such as
`/usr/local/lib/python3.13/site-packages` no longer exist. Last month's build cannot be repeated,
and two machines build on whatever each of them pulled last.

The message names the version that the tag means today, as far as lightship knows, or the newest
Python that the project allows and for which its requirements have wheels. There is no fix:
only you know with which version the project was tested.

## When to ignore
Ignore it where the newest version is wanted, as in a nightly test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lightship.base_images.floating import Floating, floating
from lightship.base_images.lifetimes import releases, supported, version_numbers
from lightship.build import Build
from lightship.evaluation.image_references import UsedImage
from lightship.facts.stages.final_image import is_for_development
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope

if TYPE_CHECKING:
    from lightship.context.files import Context
    from lightship.pyproject.dependency import Dependency

_CODENAMES = ("bullseye", "bookworm", "trixie")


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build) or _runs_nothing(build):
        return
    seen: set[str] = set()
    for used in build.images:
        moving = floating(used.image, build.today)
        if moving is None or used.name in seen:
            continue
        seen.add(used.name)

        # Only what may be a finding needs it
        from lightship.facts.values.pinned_image import is_meant_to_move  # noqa: PLC0415

        if is_meant_to_move(build, used) or _runs_python_of_debian(build, moving):
            continue
        yield _finding(build, used, moving)


def _runs_nothing(build: Build) -> bool:
    """Whether nothing of the base image is used: the container holds files, and runs `true`."""
    if build.has_instruction("RUN") or not build.has_instruction("CMD", "ENTRYPOINT"):
        return False

    from lightship.facts.start.purpose import ends_at_once  # noqa: PLC0415 - few images run nothing

    return ends_at_once(build)


def _runs_python_of_debian(build: Build, moving: Floating) -> bool:
    """Whether apt's pipx installs the program, by the Python of the Debian that the tag names.

    That of the image, the one that moves, is then called by nothing.
    """
    if moving.name != "python" or not any(map(moving.pinned.endswith, _CODENAMES)):
        return False
    if build.has_command("pip", "pip3", "python", "python3", "uv", "poetry"):
        return False
    for call in build.packages("apt-get", "apt", action="install"):
        if any(package.name == "pipx" for package in call.does.packages):
            return True
    return False


def _finding(build: Build, used: UsedImage, moving: Floating) -> Finding:
    name = moving.name
    tag = used.image.tag
    pinned = moving.pinned
    if name == "python":
        pinned = _allowed(build, pinned)
    message = f"{name}:{tag} moves to new versions: pin one"
    if pinned:
        message += f", such as {name}:{pinned}"
    return Finding(used.span, message)


def _allowed(build: Build, pinned: str) -> str:
    """The tag, with the newest Python that the project allows; empty where it allows none."""
    version, *words = pinned.split("-")
    if build.context is None:
        return pinned

    # Only a finding needs it
    from lightship.pyproject.cpython_wheels import has_no_wheel  # noqa: PLC0415

    pins = _pins(build)
    if pins is None:
        return ""
    declared = _declared(build, build.context)
    possible = [
        minor for minor in declared if not any(has_no_wheel(pin, minor) for pin in pins)
    ]
    if version in possible:
        return pinned
    older = [minor for minor in possible if _is_before(minor, version)]
    if not older:
        return ""
    newest = max(older, key=version_numbers)
    return "-".join((newest, *words))


def _declared(build: Build, context: Context) -> Sequence[str]:
    """The versions of Python that the project says it runs on, or all that get fixes."""
    # Only a finding needs it
    from lightship.pyproject.python_versions import allowed  # noqa: PLC0415

    minors = [release.version for release in releases("Python")]
    known = [minor for minor in minors if minor.startswith("3.")]
    declared = allowed(context, known)
    if declared is not None:
        return declared
    return [release.version for release in supported("Python", build.today)]


def _pins(build: Build) -> list[Dependency] | None:
    """What the requirements files ask for that pip and uv read; None where one is not known."""
    # Only a finding needs it
    from lightship.facts.installs.requirement_files import requirements_of  # noqa: PLC0415

    pins: list[Dependency] = []
    for call in build.packages("pip", "uv"):
        files = requirements_of(build, call)
        if files is None:
            return None
        for file in files:
            pins += file.dependencies
    return [pin for pin in pins if not pin.marker]


def _is_before(minor: str, version: str) -> bool:
    return version_numbers(minor) < version_numbers(version)


RULE = Rule(
    id="floating-tag",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(
        text=(
            "slim",
            "alpine",
            "trixie",
            "bookworm",
            "bullseye",
            "lts",
            "current",
            "stable",
            "mainline",
            "fpm",
            "apache",
            "python:3",
            "python:$",
        )
    ),
    production_only=True,
    practice=Practice.REPRODUCIBILITY,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
    },
    examples=(
        Example(bad="FROM python:slim"),
        Example(bad="FROM python:3-slim"),
        Example(bad="FROM python:alpine"),
        Example(bad="FROM node:lts-alpine AS build"),
        Example(bad="FROM node:lts"),
        Example(bad="FROM docker.io/library/golang:alpine"),
        Example(bad="FROM debian:stable-slim"),
        Example(bad="FROM python:3"),
        Example(bad="FROM public.ecr.aws/docker/library/python:alpine3.24"),
        Example(bad="ARG VERSION=3\nFROM python:${VERSION}-slim"),
        Example(bad="ARG BASE=python:slim\nFROM $BASE"),
        Example(bad="FROM nginx:alpine"),
        Example(bad="COPY --from=postgres:alpine /usr/local/bin/psql /usr/local/bin/"),
        Example(good="FROM python:3.14-slim"),
        Example(good="FROM node:24-alpine"),
        Example(good="FROM postgres:17-alpine"),
        Example(good=f"FROM python:slim@sha256:{'0' * 64}"),
        Example(good="FROM debian:trixie-slim"),
        Example(good="FROM alpine:edge"),
        Example(good="FROM debian:sid-slim"),
        Example(good="FROM debian:testing"),
        Example(good="FROM ubuntu:rolling"),
        Example(good="FROM acme/python:slim"),
        Example(good="FROM python-base:slim"),
        Example(good="FROM python:3.14-slim AS slim\nFROM slim"),
        Example(good="ARG VERSION=3.14\nFROM python:${VERSION}-slim"),
        Example(good="FROM nginx:1.31-alpine"),
        Example(good="FROM redis:alpine AS dev\nFROM dev"),
        Example(good="FROM python:windowsservercore-ltsc2025"),
        Example(good="FROM ruby:4-slim"),
    ),
)
