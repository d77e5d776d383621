"""The builder is older than the cache service of GitHub that is left

## What it does
Finds caches of GitHub Actions with a builder that is pinned below buildx 0.21 or BuildKit 0.20.

## Why is this bad?
GitHub ended the first version of its cache service on 2025-04-15. Older builders know no other:
nothing is read, and the export fails.

Remove the pin, or raise it.

## When to ignore
Ignore it on servers of your own that still have the old service.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import all_cache_from, all_cache_to, option_place
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex

_VERSION = regex(r"v?0\.([0-9]{1,3})(?:\.[0-9]+)?(?:-.*)?")
_BUILDX, _BUILDKIT = 21, 20  # the minor versions that know the new service


def check(file: CiFile) -> Iterator[Finding]:
    for builds in file.steps:
        build = builds[0]
        options = (*all_cache_to(build), *all_cache_from(build))
        caches = [item for item in options if item.type == "gha"]
        old = _old(build)
        if old and caches and caches[0].written.path == file.path:
            place = option_place(file, caches[0])
            message = (
                f"{old} knows only the cache service that GitHub ended in April 2025"
            )
            yield Finding(place, message, extent=build.step.span)


def _old(build: CiBuild) -> str:
    """The part of the builder that is too old, with its version."""
    buildx = _VERSION.fullmatch(build.builder.options.get("buildx-version", ""))
    if buildx is not None and int(buildx[1]) < _BUILDX:
        return f"buildx {buildx[0]}"
    image, _, tag = build.builder.options.get("image", "").partition(":")
    version = _VERSION.fullmatch(tag)
    is_buildkit = image.endswith("moby/buildkit") and version is not None
    if is_buildkit and version is not None and int(version[1]) < _BUILDKIT:
        return f"BuildKit {tag}"
    return ""


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
_CACHE = "context: .\ncache-from: type=gha\ncache-to: type=gha\n"


def _setup(inputs: str) -> str:
    return f"- uses: docker/setup-buildx-action@v3\n  with:\n    {inputs}\n"


RULE = Rule(
    id="retired-cache-service",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    examples=(
        Example(
            bad=workflow(_CACHE, setup=False, before=_setup("version: v0.12.1")),
            files=_FILES,
        ),
        Example(
            bad=workflow(
                _CACHE,
                setup=False,
                before=_setup("driver-opts: image=moby/buildkit:v0.12.5"),
            ),
            files=_FILES,
        ),
        Example(
            good=workflow(_CACHE, setup=False, before=_setup("version: v0.24.0")),
            files=_FILES,
        ),
    ),
)
