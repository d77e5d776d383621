"""A cache without mode=max holds no layers of the stages that the image only copies from

## What it does
Finds caches that are exported without a mode, for Dockerfiles in which a stage that the image only
copies from has a RUN that installs, compiles or downloads, and that a cache can save: not below a
copy of the sources, and more than a few small packages. A mode that is written, `mode=min` too, is
left alone. It is only a note where tags, releases, a schedule or somebody by hand start the build.

## Why is this bad?
Without `mode=max` BuildKit exports layers of the steps that are in the image itself. When a step of
another stage changes, all of that stage runs again from its FROM: the install of dependencies that
did not change too. (`min` in BuildKit's `control/control.go` and `solver/exporter.go`.)

## Fix safety
The fix adds `mode=max`. It is unsafe: the cache becomes larger, and what such a stage downloads
without a version is downloaded again only when something above it changes.

## When to ignore
Ignore it where the stages are quick to build, or the cache would be larger than its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.builds.ci.cache_option import CacheOption, with_attributes
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    found_at_option,
    runs_for_commits,
    writers_by_place,
)
from lightship.facts.ci.cured_builds import with_writes
from lightship.facts.ci.example_workflow import APP, STAGES, workflow
from lightship.facts.ci.saved_runs import saved_by_max
from lightship.facts.ci.step_builds import (
    Judged,
    has_several,
    in_some,
    judged,
    named_lines,
)
from lightship.facts.ci.workflow_edits import with_field
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule

_BACKENDS = ("gha", "registry", "local", "s3", "azblob")


def check(file: CiFile) -> Iterator[Finding]:
    for writers in writers_by_place(file):
        small = [(build, item) for build, item in writers if _is_small(item)]
        builds = dict.fromkeys(build for build, _item in small)
        found = list(judged(file, builds, saved_by_max))
        if not found:
            continue
        _build, option = small[0]
        all_builds = {build for build, _item in writers}
        message = _message(found, len(all_builds))
        # Where a build has a mode already, the text at this place has another one for each
        fix = _fix(file, option) if len(small) == len(writers) else None
        is_often = any(map(runs_for_commits, builds))
        severity = None if is_often else Severity.INFO
        yield found_at_option(file, option, message, fix, severity)


def _is_small(option: CacheOption) -> bool:
    is_backend = option.type in _BACKENDS
    return is_backend and "mode" not in option.attributes and not option.problem


def _fix(file: CiFile, option: CacheOption) -> Fix | None:
    edit = with_field(file, option, "mode=max")
    return Fix("Add mode=max", (edit,), Safety.UNSAFE) if edit is not None else None


def _message(found: Sequence[Judged], builds: int) -> str:
    lines = named_lines(found)
    some = in_some(len(found), builds)
    if has_several(found):
        why = "their stages are not in the image"
        return f"without mode=max, {lines} are not cached{some}: {why}"
    why = "its stage is not in the image"
    return f"without mode=max, {lines} is not cached{some}: {why}"


def cured(_file: CiFile, build: CiBuild) -> CiBuild | None:
    if not any(map(_is_small, build.cache_to)):
        return None
    return with_writes(build, lambda item: with_attributes(item, {"mode": "max"}))


_FILES = {"Dockerfile": STAGES, "go.mod": "module app\n"}

RULE = Rule(
    id="cache-mode-min",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(
            bad=workflow(
                "context: .\ncache-from: type=gha\ncache-to: type=gha # layers\n"
            ),
            fixed=workflow(
                "context: .\ncache-from: type=gha\ncache-to: type=gha,mode=max # layers\n"
            ),
            files=_FILES,
        ),
        Example(
            bad="""on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - run: |
          docker buildx build --push -t acme/app \\
            --cache-from type=registry,ref=acme/app:cache \\
            --cache-to type=registry,ref=acme/app:cache .
""",
            fixed="""on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - run: |
          docker buildx build --push -t acme/app \\
            --cache-from type=registry,ref=acme/app:cache \\
            --cache-to type=registry,ref=acme/app:cache,mode=max .
""",
            files=_FILES,
        ),
        Example(
            good=workflow("context: .\ncache-from: type=gha\ncache-to: type=gha\n"),
            files={"Dockerfile": APP, "requirements.txt": "flask\n"},
        ),
        Example(
            good=workflow(
                "context: .\ncache-from: type=gha\ncache-to: type=gha,mode=min\n"
            ),
            files=_FILES,
        ),
    ),
)
