"""WORKDIR is in a directory that the kernel mounts in every container

## What it does
Finds WORKDIR below `/proc`, `/sys` and `/dev`.

## Why is this bad?
These directories are mounted when a container starts. Files of the image below them are hidden
then: files that were copied there are gone, and the program starts in a directory that does not
exist, or that it cannot write to. During the build they are mounted for each RUN as well.

There is no fix: choose another directory, such as `/app` or `/srv`, and change the paths that
name the old one.

## When to ignore
There is no reason to: files below these directories are never visible in the container.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import word_on_first_line
from lightship.evaluation.paths import clean, in_workdir
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope

_MOUNTED = ("/proc", "/sys", "/dev")


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        if step.instruction.keyword != "WORKDIR":
            continue
        if build.evaluation.root(step.stage).system == "windows":
            continue

        path = in_workdir(step.before.workdir, step.operands[0])
        mounted = _mounted(path)
        if mounted and _mounted(clean(step.before.workdir)) != mounted:
            word = step.instruction.args[0]
            span = word_on_first_line(build.dockerfile, step, word.span)
            message = (
                f"{mounted} is mounted in every container and hides the image's {path}: "
                "use another directory"
            )
            yield Finding(span, message)


def _mounted(path: str) -> str | None:
    """The directory of the kernel that holds `path`."""
    return next((top for top in _MOUNTED if f"{path}/".startswith(f"{top}/")), None)


RULE = Rule(
    id="workdir-in-system-directory",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(keywords=("WORKDIR",)),
    aliases=("DS-0030", "AVD-DS-0030"),
    examples=(
        Example(bad="WORKDIR /proc/app"),
        Example(bad="WORKDIR /dev"),
        Example(bad="WORKDIR /sys/\nWORKDIR app"),
        Example(bad='ENV TOP=/dev/app\nWORKDIR "$TOP"'),
        Example(bad="WORKDIR /app\nWORKDIR ../proc"),
        Example(
            bad="FROM debian:trixie-slim AS build\nWORKDIR \\\n  /proc/app\nFROM scratch\n"
            "COPY --from=build /a /a"
        ),
        Example(good="WORKDIR /app"),
        Example(good="WORKDIR /development"),
        Example(good="WORKDIR /etc/nginx"),
        Example(good="WORKDIR /app\nWORKDIR dev"),
    ),
)
