"""An inline cache is made for an image that is not pushed, so that no one can read it

## What it does
Finds `type=inline` and the build argument `BUILDKIT_INLINE_CACHE=1` in builds that push nothing in
any run and have no other cache, where nothing else in the file pushes images either. An argument in
a compose or bake file is left alone where several files of CI build it, one of which may push, or
where the build reads a cache from an image.

## Why is this bad?
An inline cache is a part of the image: it can be read only from a registry. Without a push it goes
with the runner, and the next job starts from nothing.

## When to ignore
Ignore it where another file pushes the image of this build.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.ci.ci_build import BuildTool, CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    active_runs,
    all_cache_from,
    all_cache_to,
    is_pushed_elsewhere,
    line_place,
    option_place,
)
from lightship.facts.ci.cured_builds import cached_beside_image
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.failing_images import running_steps
from lightship.facts.ci.scopes import image_key
from lightship.facts.ci.step_builds import in_some
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.text import Span

_TOOLS = (BuildTool.BUILDX, BuildTool.DOCKER)
_MESSAGE = "the inline cache is a part of an image that nothing pushes"
_WHY = "no job can read it"


def check(file: CiFile) -> Iterator[Finding]:
    if is_pushed_elsewhere(file):
        return
    for builds in running_steps(file):
        lost = [build for build in builds if _is_lost(build)]
        lost = [build for build in lost if not _is_shared(file, build)]
        read = {image_key(build) for build in builds if build not in lost}
        # Where another build of the step pushes the image, its cache is there to be read
        lost = [build for build in lost if image_key(build) not in read]
        if lost:
            build = lost[0]
            some = in_some(len(lost), len(builds))
            message = f"{_MESSAGE}{some}: {_WHY}"
            yield Finding(_place(file, build), message, extent=build.step.span)


def _is_lost(build: CiBuild) -> bool:
    if not build.writes_inline or build.tool not in _TOOLS:
        return False
    if any(item.type != "inline" for item in all_cache_to(build)):
        return False  # then it is needless, and there is another cache
    pushes = build.push.may_be or any(
        run.push is not False for run in active_runs(build)
    )
    has_output = any("registry" in item or "push" in item for item in build.outputs)
    return not pushes and not has_output and not build.outputs


def _is_shared(file: CiFile, build: CiBuild) -> bool:
    """Whether a compose or bake file sets it for builds that may push the image: those of another
    file of CI, or the one that made the image from which this build reads its cache.
    """
    written = build.inline_arg
    if written is None or written.path == file.path:
        return False
    if all_cache_from(build):
        return True
    for other in file.repository:
        there = other.inline_arg
        is_same = there is not None and there.path == written.path
        if is_same and other.path != file.path:
            return True
    return False


def _place(file: CiFile, build: CiBuild) -> Span:
    for option in build.cache_to:
        if option.type == "inline" and option.written.path == file.path:
            return option_place(file, option)
    written = build.inline_arg
    is_here = written is not None and written.path == file.path
    return line_place(file, written.line if is_here and written else build.line)


def cured(_file: CiFile, build: CiBuild) -> CiBuild | None:
    return cached_beside_image(build) if _is_lost(build) else None


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}

RULE = Rule(
    id="inline-cache-not-pushed",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(
            bad=workflow(
                "context: .\ncache-from: acme/app:latest\ncache-to: type=inline\n"
            ),
            files=_FILES,
        ),
        Example(
            bad=workflow(
                "context: .\nload: true\nbuild-args: |\n  BUILDKIT_INLINE_CACHE=1\n"
            ),
            files=_FILES,
        ),
        Example(
            good=workflow(
                "context: .\npush: ${{ github.event_name != 'pull_request' }}\n"
                "tags: acme/app:latest\ncache-from: acme/app:latest\ncache-to: type=inline\n"
            ),
            files=_FILES,
        ),
    ),
)
