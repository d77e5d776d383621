"""A build argument that changes with each commit or run is declared above slow instructions

## What it does
Finds build arguments that a workflow fills with a commit, the number of a run or a date, and whose
ARG stands above RUN instructions that install, compile or download and do not use it. Builds that
read no cache are left alone, and those whose cache no other run writes for them.

## Why is this bad?
An ARG is a part of the environment of each RUN after it: a new value runs them all again, whether
they use it or not. With the commit in it no run of CI finds them in its cache.

Declare the ARG after these RUN, or set the value as a label (`labels:`), which costs nothing.

## When to ignore
Ignore it where a new value should run these instructions again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import ChangingArg, CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.dockerfile.tree import Instruction
from lightship.facts.ci.ci_steps import (
    LONELY,
    OFTEN,
    active_runs,
    all_cache_from,
    all_cache_to,
    line_place,
)
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.failing_images import running_steps
from lightship.facts.ci.image_costs import runs_that_depend_on, slow_runs
from lightship.facts.ci.scopes import image_key
from lightship.facts.ci.step_builds import Judged, in_some, runs_named
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.record import record


def check(file: CiFile) -> Iterator[Finding]:
    for builds in running_steps(file):
        by_line: dict[int, list[_Early]] = {}
        for build in builds:
            early = _early(file, build)
            if early is not None:
                line = early.args[0].written.line
                by_line.setdefault(line, []).append(early)
        for line, found in by_line.items():
            place = line_place(file, line)
            message = _message(found, len(builds))
            extent = found[0].judged.build.step.span
            yield Finding(place, message, extent=extent)


@record(eq=False)
class _Early:
    """The arguments that change, and the RUN that the first of them runs again for nothing.

    One finding is for a row of arguments: they are moved together.
    """

    judged: Judged
    args: tuple[ChangingArg, ...]


def _early(file: CiFile, build: CiBuild) -> _Early | None:
    image = file.image_of(build) if _is_cached(file, build) else None
    if image is None:
        return None
    args: list[ChangingArg] = []
    lines: list[int] = []
    for arg in build.changing_args:
        is_often = arg.changes in OFTEN and arg.written.path == file.path
        runs = _needless(image, arg) if is_often else []
        if runs:
            lines = lines or [run.first_line for run in runs]
            args.append(arg)
    return _Early(Judged(build, tuple(lines)), tuple(args)) if args else None


def _is_cached(file: CiFile, build: CiBuild) -> bool:
    """Whether it may find layers of an earlier run: on its builder, or in a cache."""
    if build.builder.keeps_cache is True or build.inline_arg is not None:
        return True
    return any(_may_hold(file, build, item) for item in all_cache_from(build))


def _may_hold(file: CiFile, build: CiBuild, option: CacheOption) -> bool:
    """Whether a cache may hold this image: that of a scope is there where a run wrote it that
    others can read.
    """
    if option.type != "gha" or not option.is_address_known:
        return True
    key = image_key(build)
    writers = [item for item in file.repository if image_key(item) == key]
    return any(_writes_for_others(item, option) for item in writers)


def _writes_for_others(build: CiBuild, option: CacheOption) -> bool:
    if not build.runs:
        return any(item.address == option.address for item in all_cache_to(build))
    for run in active_runs(build):
        is_read = run.kind not in LONELY
        if is_read and any(item.address == option.address for item in run.cache_to):
            return True
    return False


def _needless(image: Build, arg: ChangingArg) -> list[Instruction]:
    """The RUN that run again and do not name it, where one of them is slow."""
    text = image.dockerfile.text
    runs = [
        run
        for run in runs_that_depend_on(image, arg.name)
        if arg.name not in run.span.of(text)
    ]
    slow = set(slow_runs(image))
    return runs if any(run in slow for run in runs) else []


def _message(found: Sequence[_Early], builds: int) -> str:
    arg = found[0].args[0]
    others = len({item.name for early in found for item in early.args}) - 1
    names = f"{arg.name} and {others} more change" if others else f"{arg.name} changes"
    it = "they rerun" if others else "it reruns"
    runs = runs_named([early.judged for early in found], "RUN")
    some = in_some(len(found), builds)
    return f"{names} with each {arg.changes.value}: {it} {runs}{some}"


def cured(file: CiFile, build: CiBuild) -> CiBuild | None:
    early = _early(file, build)
    if early is None:
        return None
    others = [arg for arg in build.changing_args if arg not in early.args]
    return replace(build, changing_args=tuple(others))


_EARLY = APP.replace("WORKDIR /app\n", "WORKDIR /app\nARG GIT_SHA\nENV SHA=$GIT_SHA\n")
_LATE = f"{APP}ARG GIT_SHA\nENV SHA=$GIT_SHA\n"
_CACHE = "cache-from: type=gha\ncache-to: type=gha\n"
_ARGS = "build-args: |\n  GIT_SHA=${{ github.sha }}\n"

RULE = Rule(
    id="changing-build-arg-early",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(
            bad=workflow(f"context: .\n{_CACHE}{_ARGS}"),
            files={"Dockerfile": _EARLY, "requirements.txt": "flask\n"},
        ),
        Example(
            bad=workflow(
                f"context: .\n{_CACHE}build-args: GIT_SHA=${{{{ steps.now.outputs.date }}}}\n",
                before='- id: now\n  run: echo "date=$(date +%s)" >> $GITHUB_OUTPUT\n',
            ),
            files={"Dockerfile": _EARLY, "requirements.txt": "flask\n"},
        ),
        Example(
            good=workflow(f"context: .\n{_CACHE}{_ARGS}"),
            files={"Dockerfile": _LATE, "requirements.txt": "flask\n"},
        ),
    ),
)
