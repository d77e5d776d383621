"""A cache without mode=max holds no layers of the stages that the image only copies from

## What it does
Finds caches that are exported without a mode, for Dockerfiles in which a stage that the image only
copies from has a RUN that installs, compiles or downloads. A mode that is written, `mode=min` too,
is left alone.

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

from collections.abc import Iterator

from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    found_at_option,
    once_for_each_place,
    written_caches,
)
from lightship.facts.ci.example_workflow import APP, STAGES, workflow
from lightship.facts.ci.image_costs import runs_of_other_stages
from lightship.facts.ci.workflow_edits import with_field
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule

_BACKENDS = ("gha", "registry", "local", "s3", "azblob")


@once_for_each_place
def check(file: CiFile) -> Iterator[Finding]:
    for build, option in written_caches(file):
        if option.type not in _BACKENDS or "mode" in option.attributes:
            continue
        image = file.image_of(build)
        runs = runs_of_other_stages(image) if image is not None else ()
        if not runs or option.problem:
            continue
        assert build.definition is not None
        name = build.definition.dockerfile.rpartition("/")[2][:30]
        message = (
            f"without mode=max, {name}:{runs[0].first_line} is not cached: "
            "its stage is not in the image"
        )
        edit = with_field(file, option, "mode=max")
        fix = Fix("Add mode=max", (edit,), Safety.UNSAFE) if edit is not None else None
        yield found_at_option(file, option, message, fix)


_FILES = {"Dockerfile": STAGES, "go.mod": "module app\n"}

RULE = Rule(
    id="cache-mode-min",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
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
