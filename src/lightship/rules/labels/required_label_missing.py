"""The image does not have a label that the settings require

## What it does
Finds labels of `label-schema` in `lightship.toml`, or in `.hadolint.yaml`, that neither the last
stage sets nor the stages that it starts from, nor what builds the image: `labels` of compose, bake
or docker/build-push-action, also those of docker/metadata-action, and `docker build --label`.
Without that setting the rule says nothing. Labels of the base image are not known, and where one
build of the Dockerfile is pushed, the others need none.

## Why is this bad?
Your team has decided so: tools that find the owner, the sources or the version of an image by its
labels do not find those of this one.

## When to ignore
Ignore it where something else adds the label, in a way that `lightship builds` does not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.values.labels import labels
from lightship.facts.values.team_policy import team_policy
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    schema = team_policy(build).label_schema
    if not schema or build.final is None:
        return
    if build.repository.has_pushed_build and not build.is_published:
        return  # nobody pulls this one
    present = {label.key for label in labels(build) if label.stage in build.lineage}
    for name in schema:
        if name not in present:
            message = f"the image has no label {name[:60]}: add it with LABEL"
            yield Finding(build.final.base.span, message)


_SCHEMA = 'label-schema = { maintainer = "text", version = "semver" }'

RULE = Rule(
    id="required-label-missing",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(policy=True),
    aliases=("DL3049",),
    examples=(
        Example(bad="FROM debian:trixie-slim\nUSER 1", settings=_SCHEMA),
        Example(bad="LABEL version=1.0.0", settings=_SCHEMA),
        Example(
            bad="FROM debian:trixie-slim AS build\nLABEL maintainer=me version=1.0.0\n"
            "FROM debian:trixie-slim\nCOPY --from=build /app /app",
            settings=_SCHEMA,
        ),
        Example(bad="ENV maintainer=me version=1.0.0", settings=_SCHEMA),
        Example(bad="ONBUILD LABEL maintainer=me version=1.0.0", settings=_SCHEMA),
        Example(good="LABEL maintainer=me version=1.0.0", settings=_SCHEMA),
        Example(
            good="ARG VERSION\nLABEL maintainer=me\nLABEL version=$VERSION",
            settings=_SCHEMA,
        ),
        Example(
            good="FROM debian:trixie-slim AS base\nLABEL maintainer=me version=1.0.0\n"
            "FROM base\nUSER 1",
            settings=_SCHEMA,
        ),
        Example(
            good="FROM debian:trixie-slim AS build\nRUN make\n"
            "FROM debian:trixie-slim\nCOPY --from=build /app /app\n"
            "LABEL maintainer=me version=1.0.0",
            settings=_SCHEMA,
        ),
        Example(good="FROM debian:trixie-slim\nUSER 1"),
    ),
)
