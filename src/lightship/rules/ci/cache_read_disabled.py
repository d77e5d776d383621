"""A build names caches to read, and is told to use none

## What it does
Finds builds with `no-cache: true` or `--no-cache` that also have `cache-from`.

## Why is this bad?
With `no-cache` no step is looked up: what `cache-from` names is loaded for nothing, and every step
runs.

## When to ignore
There is no reason to ignore it: remove one of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.builds.ci.ci_build import OFF, CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.builds.definition import Written
from lightship.facts.ci.ci_steps import found_at_switch, is_judged_here
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.failing_images import running_builds
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule

_MESSAGE = (
    "no-cache leaves the caches unused that cache-from names: remove one of the two"
)


def check(file: CiFile) -> Iterator[Finding]:
    told: set[Written] = set()
    for build in running_builds(file):
        written = build.no_cache.written
        if build.no_cache.value is not True or written is None or not build.cache_from:
            continue
        if written not in told and is_judged_here(file, written):
            told.add(written)
            yield found_at_switch(file, build, written, _MESSAGE)


def cured(_file: CiFile, build: CiBuild) -> CiBuild | None:
    is_off = build.no_cache.value is True and bool(build.cache_from)
    return replace(build, no_cache=OFF) if is_off else None


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}

RULE = Rule(
    id="cache-read-disabled",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(
            bad=workflow(
                "context: .\nno-cache: true\ncache-from: type=gha\ncache-to: type=gha\n"
            ),
            files=_FILES,
        ),
        Example(
            good=workflow(
                "context: .\nno-cache: ${{ github.event_name == 'schedule' }}\n"
                "cache-from: type=gha\ncache-to: type=gha\n"
            ),
            files=_FILES,
        ),
    ),
)
