"""An image is not pinned by its digest

## What it does
Finds images in FROM, `COPY --from=` and `--mount=from=` without a digest. Stages, `scratch`,
names that are a variable as a whole, and names that apparently no registry has, are left alone.

The rule is off by default: turn it on where a bot such as Renovate or Dependabot updates digests.

## Why is this bad?
A tag is a name that its owner may move: `python:3.13-slim` changes with every update of Debian,
and anyone who can write to the repository can replace it. A digest names exactly one image: the
same Dockerfile then starts from the same bytes on every machine and in every year, and what was
scanned is what runs. A digest that is never updated, however, keeps every vulnerability found
since.

Keep the tag in front, for people and for the bot: `python:3.13-slim@sha256:...`. `lightship pin
--write` asks the registry for the digest and writes it; `lightship lint` itself uses no network.

## When to ignore
Ignore it where no bot updates digests and the image should get its updates with every build.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule


def check(build: Build) -> Iterator[Finding]:
    for used in build.images:
        if not used.image.digest and not used.is_mostly_another:
            message = f"{used.name} may change at any time: pin it with `lightship pin`"
            yield Finding(used.span, message)


_DIGEST = f"sha256:{'0' * 64}"

RULE = Rule(
    id="image-without-digest",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    aliases=("semgrep/dockerfile-source-not-pinned",),
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
        Example(bad="FROM python:3.13-slim"),
        Example(bad="FROM --platform=$BUILDPLATFORM python:3.13-slim AS build"),
        Example(bad="FROM registry.example.com:5000/acme/base:1.2"),
        Example(bad="ARG VERSION=3.13\nFROM python:${VERSION}-slim"),
        Example(
            bad=f"FROM debian:trixie-slim@{_DIGEST}\n"
            "COPY --from=ghcr.io/astral-sh/uv:0.9.2 /uv /bin/"
        ),
        Example(
            bad=f"FROM debian@{_DIGEST}\nRUN --mount=from=ghcr.io/astral-sh/uv:0.9.2,target=/uv "
            "/uv/uv sync"
        ),
        Example(bad="FROM scratch\nONBUILD COPY app /app\nFROM debian:trixie-slim"),
        Example(good=f"FROM python:3.13-slim@{_DIGEST}"),
        Example(good=f"FROM python@{_DIGEST} AS build\nFROM build AS base\nFROM base"),
        Example(good=f"ARG BASE=python:3.13-slim@{_DIGEST}\nFROM $BASE"),
        Example(good=f"ARG DIGEST={_DIGEST}\nFROM python:3.13-slim@$DIGEST"),
        Example(good="ARG VERSION\nFROM python:3.13-slim${VERSION}"),
        Example(
            good="ARG BASE=python:3.13-slim\nFROM $BASE"
        ),  # those who build give another
        Example(good="FROM app-base:1.2"),  # built on the spot: no registry has it
    ),
)
