"""All layers of a cached image are downloaded, since the image is loaded into the engine

## What it does
Finds builds that load their image into the engine (`load: true`, `type=docker`) and read a cache
from elsewhere.

## Why is this bad?
Loading needs the bytes of every layer: a build in which all steps are found in the cache downloads
them all, packs them into an archive and unpacks it. That is often slower than the build.

Build without `load` where the image is only checked, and run tests in a stage of the Dockerfile.

## When to ignore
Ignore it where later steps run the image.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.builds.ci.ci_build import OFF, CiBuild, Driver
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import found_at_step
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.failing_images import running_steps
from lightship.facts.ci.step_builds import in_some
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule

_REMOTE = ("gha", "registry", "s3", "azblob")
_MESSAGE = "load downloads all layers, those that the cache has too"


def check(file: CiFile) -> Iterator[Finding]:
    for builds in running_steps(file):
        loading = [build for build in builds if _is_loaded(build)]
        if loading:
            some = in_some(len(loading), len(builds))
            yield found_at_step(file, loading[0], f"{_MESSAGE}{some}")


def _is_loaded(build: CiBuild) -> bool:
    reads = any(item.type in _REMOTE for item in build.cache_from)
    is_apart = build.builder.driver is Driver.DOCKER_CONTAINER
    return build.load.value is True and reads and is_apart


def cured(_file: CiFile, build: CiBuild) -> CiBuild | None:
    return replace(build, load=OFF) if _is_loaded(build) else None


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
_CACHE = "cache-from: type=gha\ncache-to: type=gha\n"

RULE = Rule(
    id="cached-image-loaded",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    default=False,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(bad=workflow(f"context: .\nload: true\n{_CACHE}"), files=_FILES),
        Example(good=workflow(f"context: .\n{_CACHE}"), files=_FILES),
    ),
)
