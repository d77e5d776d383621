"""An image is one that the settings forbid

## What it does
Finds images whose name matches a pattern of `forbidden-images` in `lightship.toml`: after `FROM`,
`COPY --from` and `RUN --mount=from=`. Without that setting the rule says nothing.

A pattern is compared with the name, with and without the tag and the registry: `centos` is every
CentOS of Docker Hub, `*:latest` every image with that tag or without any, `quay.io/*` every image
of a registry. Where a build decides the name, the rule is silent.

## Why is this bad?
Your team has decided so: because nobody maintains the image, because of its license, or because
there is one of your own to use.

## When to ignore
Ignore it for one image that may be used after all.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.values.named_images import matching_pattern, named_images
from lightship.facts.values.team_policy import forbidden, team_policy
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    patterns = team_policy(build).forbidden_images
    if not patterns:
        return
    for used in named_images(build):
        pattern = matching_pattern(used, patterns)
        if pattern is not None:
            yield forbidden(used.name, pattern, used.span)


_FORBIDDEN = 'forbidden-images = ["centos", "*:latest", "quay.io/*", "node:1?"]'

RULE = Rule(
    id="forbidden-image",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    practice=Practice.SECURITY,
    scope=RuleScope(policy=True),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
    },
    examples=(
        Example(bad="FROM centos:8", settings=_FORBIDDEN),
        Example(bad="FROM acme/base", settings=_FORBIDDEN),
        Example(bad="FROM docker.io/library/centos:7", settings=_FORBIDDEN),
        Example(bad="FROM node:18", settings=_FORBIDDEN),
        Example(
            bad="FROM debian:trixie-slim\nCOPY --from=quay.io/acme/tool:1 /a /a",
            settings=_FORBIDDEN,
        ),
        Example(bad="ARG BASE=centos\nFROM $BASE:8", settings=_FORBIDDEN),
        Example(good="FROM debian:trixie-slim", settings=_FORBIDDEN),
        Example(good="FROM node:24-slim\nUSER node", settings=_FORBIDDEN),
        Example(good="FROM acme/centos:8", settings=_FORBIDDEN),
        Example(
            good=f"FROM acme/base@sha256:{'0' * 64}",
            settings='forbidden-images = ["*:latest"]',
        ),
        Example(
            good="FROM debian:trixie-slim AS centos\nFROM centos\nUSER 1",
            settings=_FORBIDDEN,
        ),
    ),
)
