"""apt-key is called where the release no longer has it

## What it does
Finds `apt-key` on images made from Debian 13, Ubuntu 25.04 and later releases.

## Why is this bad?
apt 2.9.16 and later come without apt-key (apt's NEWS: "final call to stop using it"), so the build
fails with "apt-key: not found". An image that names no release gets there by itself:
`python:3.12` moved from Debian 12 to 13.

Write the key to a file and name it in the source. A key that is armored, as most are, has the
ending `.asc`:

    ADD https://example.com/key.asc /etc/apt/keyrings/example.asc
    RUN echo "deb [signed-by=/etc/apt/keyrings/example.asc] https://example.com/apt stable main" \\
        > /etc/apt/sources.list.d/example.list

There is no fix, because the source of packages must name the key, and it is often in a file of
its own.

## When to ignore
Ignore it where a base image of the same name, but your own, brings apt-key.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.distributions import distribution_of, is_since
from lightship.base_images.lifetimes import Release
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.facts.stages.built_stages import built_stage
from lightship.facts.stages.program_places import may_copy_programs
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.failing import ends_build

# apt 3.0 in both; Ubuntu 24.10 has 2.9.8
_SINCE = (("Debian", "13"), ("Ubuntu", "25.04"))

_PROGRAMS = ("apt-key", "/usr/bin/apt-key")


def check(build: Build) -> Iterator[Finding]:
    for call in build.commands("apt-key"):
        stage = built_stage(build, call.instruction)
        if stage is None or not ends_build(call.script, call.command):
            continue
        if (call.command.words[0].value or "?") not in _PROGRAMS:
            continue
        release = _release(build, stage)
        if release is None or may_copy_programs(build, stage):
            continue
        message = (
            f"{release} has no apt-key, and the build fails: write the key to "
            "/etc/apt/keyrings"
        )
        yield Finding(call.command.words[0].span, message)


def _release(build: Build, stage: Stage) -> Release | None:
    """The release of a stage, where it has no apt-key."""
    image = build.root_image(stage)
    release = distribution_of(image) if image is not None else None
    if release is None:
        return None
    has_none = any(is_since(release, *since) for since in _SINCE)
    return release if has_none else None


_ADD = "apt-key add /tmp/key.asc"

RULE = Rule(
    id="removed-apt-key",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(commands=("apt-key",)),
    missed={
        "in-onbuild": "a trigger runs in another build, on another image",
        "function": "whether a function is called is not followed",
        "if-branch": "a command under a condition need not be run",
    },
    examples=(
        Example(
            bad="FROM python:3.13\nRUN set -o pipefail; "
            "curl -fsSL https://example.com/key.asc | apt-key add -"
        ),
        Example(bad=f"COPY key.asc /tmp/\nRUN {_ADD}"),
        Example(
            bad=f"FROM ubuntu:26.04\nCOPY key.asc /tmp/\nRUN {_ADD} && apt-get update"
        ),
        Example(
            bad="RUN apt-key adv --keyserver keyserver.ubuntu.com --recv-keys 0123456789ABCDEF"
        ),
        Example(
            bad=f"FROM debian:stable AS base\nFROM base\nRUN <<EOF\nset -e\n{_ADD}\nEOF"
        ),
        Example(bad=f"RUN sh -c '{_ADD}'"),
        Example(bad=f"RUN echo one && \\\n    # then\n    {_ADD}"),
        Example(
            good=f"FROM debian:12-slim\nCOPY key.asc /tmp/\nRUN {_ADD}\nUSER 10001"
        ),
    ),
)
