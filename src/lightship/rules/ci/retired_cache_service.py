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

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import all_cache_from, all_cache_to, option_place
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.step_builds import in_some
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex
from lightship.wording.lists import listed

_VERSION = regex(r"v?0\.([0-9]{1,3})(?:\.[0-9]+)?(?:-.*)?")
_BUILDX, _BUILDKIT = 21, 20  # the minor versions that know the new service
_MOST_NAMED = 2


def check(file: CiFile) -> Iterator[Finding]:
    for builds in file.steps:
        old = [build for build in builds if _old(build) and _caches(file, build)]
        if not old:
            continue
        parts = list(dict.fromkeys(map(_old, old)))
        word = "knows" if len(parts) == 1 else "know"
        some = in_some(len(old), len(builds))
        message = (
            f"{listed(parts, _MOST_NAMED)} {word} only the cache service that GitHub "
            f"ended in April 2025{some}"
        )
        place = option_place(file, _caches(file, old[0])[0])
        yield Finding(place, message, extent=old[0].step.span)


def _caches(file: CiFile, build: CiBuild) -> list[CacheOption]:
    """The gha caches of a build, where the file itself names them."""
    options = (*all_cache_to(build), *all_cache_from(build))
    caches = [item for item in options if item.type == "gha"]
    is_here = bool(caches) and caches[0].written.path == file.path
    return caches if is_here else []


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
