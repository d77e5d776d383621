"""apk installs a package without a version

## What it does
Finds packages of `apk add` that have no version. Packages in variables, files and URLs are left
alone, and so is the name that `--virtual` gives.

The rule is off by default: Alpine keeps only the newest version of a package in a release, so a
pinned version is soon gone from the repository, and the build fails.

## Why is this bad?
Two builds of one Dockerfile may install different versions. `apk add git~2.49` asks for one series,
and `git=2.49.1-r0` for one version. Within a release little changes but security fixes; to fix more
than the release, pin the base image by its digest.

## When to ignore
Ignore it where the release of the base image is pinned and security fixes are welcome.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.packages.pins import finding, unpinned
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    for _, loose in unpinned(build, "apk"):
        yield finding(loose, "use {}~VERSION")


RULE = Rule(
    id="unpinned-apk-package",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=("apk",)),
    practice=Practice.REPRODUCIBILITY,
    default=False,
    aliases=("DL3018",),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the version may be in the variable"
        ),
    },
    examples=(
        Example(bad="FROM alpine:3.22\nRUN apk add --no-cache git"),
        Example(
            bad="FROM alpine:3.22\nRUN apk add --no-cache git=2.49.1-r0 \\\n    # no version\n"
            "    curl"
        ),
        Example(bad="FROM alpine:3.22\nRUN apk add --no-cache 'git>2'"),
        Example(bad="FROM alpine:3.22\nRUN apk add --no-cache git@edge"),
        Example(
            bad="FROM alpine:3.22\nRUN <<EOF\nset -e\napk --no-cache -t .build add gcc\nEOF"
        ),
        Example(bad='FROM alpine:3.22\nRUN ["apk", "add", "--no-cache", "git"]'),
        Example(bad="FROM alpine:3.22\nONBUILD RUN apk add --no-cache git"),
        Example(
            good="FROM alpine:3.22\nRUN apk add --no-cache git=2.49.1-r0 curl~8.14 'jq~=1.8'"
        ),
        Example(
            good="FROM alpine:3.22\nRUN apk add --no-cache --virtual .build gcc~14"
        ),
        Example(
            good="FROM alpine:3.22\nRUN apk add --no-cache $PACKAGES git=$GIT ./a.apk"
        ),
        Example(good="FROM alpine:3.22\nRUN apk del git && apk upgrade --no-cache"),
    ),
)
