"""Packages are installed from mirrors that have dropped the release

## What it does
Finds the first `apt-get update`, or `yum install`, on an image of Debian 10 and earlier, of Ubuntu
releases without long support that ended a year ago or earlier, and of CentOS 6, 7 and 8; also on
tags of Python and nginx that name no release of Debian and are no longer built, such as
`python:2.7` and `python:3.8.5`.

It is silent where the Dockerfile changes the sources of packages before it, or runs a script that
may, and for an install of packages that the image has already.

## Why is this bad?
What is no longer supported moves away from the mirrors that the image names: Debian's to
archive.debian.org (Debian 10 in July 2025), Ubuntu's to old-releases.ubuntu.com, and the mirror
list of CentOS was switched off in July 2024. `apt-get update` then ends with "does not have a
Release file", yum with "Cannot find a valid baseurl for repo", and the build fails.

Move to a supported release. Where that cannot be, name the archive before the first install:

    RUN sed -i -e 's|//deb[.]|//archive.|' -e '/security\\|updates/d' \\
        /etc/apt/sources.list

There is no fix, because another release may need other packages, and what is in the archive gets
no security fixes.

## When to ignore
Ignore it where the build has a proxy or a mirror of your own that still serves the release.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.packages.failing_installs import MANAGERS, failing_installs
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    for call, release in failing_installs(build):
        message = (
            f"the mirrors no longer have {release}, and the build fails: use a "
            "supported release"
        )
        yield Finding(call.does.subcommand.span, message)


_UPDATE = "RUN apt-get update && apt-get install -y --no-install-recommends tini"

RULE = Rule(
    id="archived-package-source",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(managers=MANAGERS),
    missed={
        "in-onbuild": "a trigger runs in another build, on another image",
        "function": "whether a function is called is not followed",
        "if-branch": "a command under a condition need not be run",
    },
    examples=(
        Example(bad=f"FROM python:3.8-slim-buster\n{_UPDATE}"),
        Example(bad="FROM centos:7\nRUN yum install -y epel-release"),
        Example(bad=f"FROM ubuntu:22.10\n{_UPDATE} \\\n    # and\n    git"),
        Example(
            bad="FROM debian:stretch AS base\nFROM base\nRUN apt-get update; apt-get install -y git"
        ),
        Example(bad="FROM node:14-buster\nRUN <<EOF\nset -e\napt-get update\nEOF"),
        Example(bad="FROM centos:8\nRUN set -x; dnf -y install git && dnf clean all"),
        Example(good=f"{_UPDATE} \\\n    && rm -rf /var/lib/apt/lists/*\nUSER 10001"),
    ),
)
