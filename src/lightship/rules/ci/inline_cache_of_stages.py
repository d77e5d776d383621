"""An inline cache holds no layers of the stages that the image only copies from

## What it does
Finds builds whose only cache is inline, for Dockerfiles in which a stage that the image only copies
from has a RUN that installs, compiles or downloads, and that a cache can save: not below a copy of
the sources, and more than a few small packages. Where no build of the repository reads a cache from
an image, `build-cache-missing` judges the build instead.

## Why is this bad?
An inline cache consists of the image's own layers, whatever `mode` says. Of a stage that the image
only copies from it has none: when a step of it changes, all of the stage runs again.

A cache in a registry beside the image has them: `type=registry,ref=IMAGE:buildcache,mode=max`.

## When to ignore
Ignore it where these stages are quick to build.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.builds.ci.ci_build import BuildTool, CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    all_cache_to,
    is_image_read,
    line_place,
    option_place,
)
from lightship.facts.ci.cured_builds import cached_beside_image
from lightship.facts.ci.example_workflow import APP, STAGES, workflow
from lightship.facts.ci.saved_runs import saved_by_max
from lightship.facts.ci.step_builds import (
    Judged,
    has_several,
    in_some,
    judged,
    named_lines,
)
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.text import Span

_TOOLS = (BuildTool.BUILDX, BuildTool.DOCKER)


def check(file: CiFile) -> Iterator[Finding]:
    if not is_image_read(file):
        return  # another rule says that there is no cache
    for builds in file.steps:
        inline = [build for build in builds if _is_inline_alone(build)]
        found = list(judged(file, inline, saved_by_max))
        if found:
            build = found[0].build
            message = _message(found, len(builds))
            yield Finding(_place(file, build), message, extent=build.step.span)


def _message(found: Sequence[Judged], builds: int) -> str:
    lines = f"{named_lines(found)}{in_some(len(found), builds)}"
    if has_several(found):
        return f"an inline cache lacks {lines}: their stages are not in the image"
    return f"an inline cache lacks {lines}: its stage is not in the image"


def _is_inline_alone(build: CiBuild) -> bool:
    if not build.writes_inline or build.tool not in _TOOLS:
        return False
    if build.push.value is False:
        return False  # another rule says that nobody reads it
    return all(item.type == "inline" for item in all_cache_to(build))


def _place(file: CiFile, build: CiBuild) -> Span:
    for option in all_cache_to(build):
        if option.written.path == file.path:
            return option_place(file, option)
    written = build.inline_arg
    is_here = written is not None and written.path == file.path
    return line_place(file, written.line if is_here and written else build.line)


def cured(_file: CiFile, build: CiBuild) -> CiBuild | None:
    return cached_beside_image(build) if _is_inline_alone(build) else None


_INPUTS = "context: .\npush: true\ntags: acme/app:latest\ncache-from: acme/app:latest\n"

RULE = Rule(
    id="inline-cache-of-stages",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(
            bad=workflow(f"{_INPUTS}cache-to: type=inline\n"),
            files={"Dockerfile": STAGES, "go.mod": "module app\n"},
        ),
        Example(
            good=workflow(f"{_INPUTS}cache-to: type=inline\n"),
            files={"Dockerfile": APP, "requirements.txt": "flask\n"},
        ),
    ),
)
