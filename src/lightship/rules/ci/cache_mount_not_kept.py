"""A cache mount is empty in each job of CI

## What it does
Finds builds on runners that keep nothing, of Dockerfiles with `RUN --mount=type=cache`, in files
without an action that carries the mounts over.

## Why is this bad?
No backend exports the contents of cache mounts: in a new builder each one is empty, and what it
should save is downloaded again whenever the step runs. On a machine that keeps its builder they
work as meant. A layer cache helps as long as the step itself does not change.

## When to ignore
Ignore it where the mounts are meant for other machines than those of CI.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.dockerfile.tree import Instruction
from lightship.facts.ci.ci_steps import found_at_step
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.image_costs import slow_runs
from lightship.facts.ci.step_builds import (
    Judged,
    has_several,
    in_some,
    judged,
    named_lines,
)
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule

_CARRIERS = ("cache-dance", "stickydisk", "--mount-cache")


def check(file: CiFile) -> Iterator[Finding]:
    if any(word in file.text for word in _CARRIERS):
        return
    for builds in file.steps:
        fresh = [build for build in builds if build.builder.keeps_cache is False]
        found = list(judged(file, fresh, _mounted))
        if found:
            message = _message(found, len(builds))
            yield found_at_step(file, found[0].build, message)


def _message(found: Sequence[Judged], builds: int) -> str:
    lines = named_lines(found)
    some = in_some(len(found), builds)
    if has_several(found):
        return f"the cache mounts of {lines} are empty in each job{some}"
    return f"the cache mount of {lines} is empty in each job{some}"


def _mounted(_build: CiBuild, image: Build) -> list[Instruction]:
    """Slow RUN with a cache mount."""
    return [run for run in slow_runs(image) if _has_mount(image, run)]


def _has_mount(image: Build, run: Instruction) -> bool:
    return any(mount.type == "cache" for mount in image.mounts(run))


_INPUTS = "context: .\ncache-from: type=gha\ncache-to: type=gha\n"
_MOUNT = APP.replace("RUN ", "RUN --mount=type=cache,target=/root/.cache ").replace(
    "--no-cache-dir ", ""
)

RULE = Rule(
    id="cache-mount-not-kept",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    default=False,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    examples=(
        Example(
            bad=workflow(_INPUTS),
            files={"Dockerfile": _MOUNT, "requirements.txt": "flask\n"},
        ),
        Example(
            good=workflow(_INPUTS),
            files={"Dockerfile": APP, "requirements.txt": "flask\n"},
        ),
    ),
)
