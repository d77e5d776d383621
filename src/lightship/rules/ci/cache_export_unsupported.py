"""The builder of the engine cannot export a cache

## What it does
Finds caches other than inline ones that are exported by the builder of the Docker engine, as no
step sets up another one.

## Why is this bad?
With its usual image store the engine answers "Cache export is not supported for the docker driver",
and the build fails. With the image store of containerd it can: that is the default where an engine
of version 29 or later was installed from scratch.

docker/setup-buildx-action sets up a builder that can.

## Fix safety
The fix adds a step with docker/setup-buildx-action before the build, where the image is pushed or
loaded. It is unsafe: another builder does not see images that only the engine has.

## When to ignore
Ignore it where the engine uses the image store of containerd.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.ci.ci_build import BuildTool, CiBuild, Driver
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    all_cache_to,
    found_at_option,
    is_github,
    once_for_each_place,
    written_caches,
)
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.step_builds import in_some
from lightship.facts.ci.workflow_edits import builds_above, with_step_before
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule

_BACKENDS = ("gha", "registry", "local", "s3", "azblob")
_TOOLS = (BuildTool.BUILDX, BuildTool.DOCKER)
_MESSAGE = "the builder of the engine cannot export a cache"
_CURE = "set up buildx before"


@once_for_each_place
def check(file: CiFile) -> Iterator[Finding]:
    told: set[int] = set()
    for build, option in written_caches(file):
        if option.type not in _BACKENDS or not _is_plain(build) or build.line in told:
            continue
        told.add(build.line)
        builds = [item for item in file.builds if item.line == build.line]
        some = in_some(sum(map(_is_unable, builds)), len(builds))
        message = f"{_MESSAGE}{some}: {_CURE}"
        # A second builder would take the place of the one that other jobs set up
        fix = _fix(file, build) if all(map(_can_mend, builds)) else None
        yield found_at_option(file, option, message, fix)


def _is_plain(build: CiBuild) -> bool:
    """Whether it is built by the engine of a hosted runner, whose image store is the usual one."""
    builder = build.builder
    if builder.driver is not Driver.DOCKER or build.tool not in _TOOLS:
        return False
    return not builder.options and builder.keeps_cache is False and is_github(build)


def _is_unable(build: CiBuild) -> bool:
    is_asked = any(option.type in _BACKENDS for option in all_cache_to(build))
    return is_asked and _is_plain(build)


def _can_mend(build: CiBuild) -> bool:
    """Whether another builder does the same: what is neither pushed nor loaded would be lost."""
    is_kept = build.push.value is True or build.load.value is True
    return bool(build.step.uses) and is_kept and _is_plain(build)


def _fix(file: CiFile, build: CiBuild) -> Fix | None:
    edit = with_step_before(file, build, "uses: docker/setup-buildx-action@v3")
    if edit is None:
        return None
    above = builds_above(file, build)
    return Fix("Set up buildx", (edit,), Safety.UNSAFE, above)


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
_INPUTS = "context: .\npush: true\ncache-from: type=gha\ncache-to: type=gha\n"

RULE = Rule(
    id="cache-export-unsupported",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    judges_ci=True,
    examples=(
        Example(
            bad=workflow(_INPUTS, setup=False),
            fixed=workflow(_INPUTS),
            files=_FILES,
        ),
        Example(
            bad="""on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - run: docker build --cache-to type=registry,ref=acme/app:cache -t acme/app .
""",
            files=_FILES,
        ),
        Example(good=workflow(_INPUTS), files=_FILES),
    ),
)
