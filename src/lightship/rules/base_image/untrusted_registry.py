"""An image comes from a registry that the settings do not trust

## What it does
Finds images from other registries than those of `trusted-registries` in `lightship.toml`, or of
`trustedRegistries` in `.hadolint.yaml`: after `FROM`, `COPY --from` and `RUN --mount=from=`.
Without that setting the rule says nothing.

A registry is a host (`ghcr.io`), a pattern of hosts (`*.example.com`), or a part of one
(`ghcr.io/acme`). An image without a host is from `docker.io`. Where a build decides the name, the
rule is silent.

## Why is this bad?
Whoever pushes to a registry decides what runs in the build and in the image. A team that mirrors
and scans its base images wants to hear of one that comes from elsewhere.

## When to ignore
Ignore it for one image that was checked in another way.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.values.named_images import is_trusted, named_images
from lightship.facts.values.team_policy import team_policy
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    registries = team_policy(build).trusted_registries
    if not registries:
        return
    for used in named_images(build):
        if not is_trusted(used.image, registries):
            name = used.image.name[:40]
            message = (
                f"{name} is not from a trusted registry, such as {registries[0][:20]}"
            )
            yield Finding(used.span, message)


_OURS = 'trusted-registries = ["registry.example.com", "ghcr.io/acme"]'

RULE = Rule(
    id="untrusted-registry",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    practice=Practice.SECURITY,
    scope=RuleScope(policy=True),
    aliases=("DL3026",),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
    },
    examples=(
        Example(bad="FROM python:3.13-slim", settings=_OURS),
        Example(bad="FROM ghcr.io/other/base:1", settings=_OURS),
        Example(
            bad="FROM registry.example.com/base:1\nCOPY --from=alpine:3.22 /a /a",
            settings=_OURS,
        ),
        Example(
            bad="FROM registry.example.com/base:1\nCOPY --from=busybox /bin/sh /bin/",
            settings=_OURS,
        ),
        Example(
            bad="FROM registry.example.com/base:1\n"
            "RUN --mount=from=ghcr.io/astral-sh/uv:0.9,target=/uv /uv/uv sync",
            settings=_OURS,
        ),
        Example(
            bad="ARG BASE=quay.io/acme/base:1\nFROM $BASE",
            settings=_OURS,
        ),
        Example(
            good="FROM registry.example.com/base:1 AS build\n"
            "FROM ghcr.io/acme/base:2\nCOPY --from=build /a /a",
            settings=_OURS,
        ),
        Example(good="FROM python:3.13-slim"),
        Example(
            good="FROM python:3.13-slim", settings='trusted-registries = ["docker.io"]'
        ),
        Example(
            good="FROM acme/base:1", settings='trusted-registries = ["hub.docker.com"]'
        ),
        Example(good="FROM acme/base:1", settings='trusted-registries = ["acme/*"]'),
        Example(
            good="FROM a.example.com/base:1",
            settings='trusted-registries = ["*.example.com"]',
        ),
        Example(good="FROM scratch\nCOPY a /b\nUSER 1", settings=_OURS),
        Example(
            good="ARG REGISTRY=registry.example.com\nFROM $REGISTRY/base:1",
            settings=_OURS,
        ),
        Example(
            good="FROM localhost:5000/base:1",
            settings='trusted-registries = ["localhost:*"]',
        ),
    ),
)
