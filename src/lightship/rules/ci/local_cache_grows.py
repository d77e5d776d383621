"""A cache in a directory grows with each run, because old layers stay in it

## What it does
Finds `type=local` caches that are read from and written to one directory, where neither
`reset=true` nor a later command empties it. An image that takes nothing of its build context has
the same layers in each run, and is left alone.

## Why is this bad?
BuildKit adds layers to a directory and removes none: what is carried over from run to run becomes
larger each time, and takes longer to load and save than the build.

Write to another directory and move it over the first, or set `reset=true`, which newer versions of
BuildKit know.

## When to ignore
Ignore it where something else empties the directory.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    all_cache_from,
    found_at_option,
    once_for_each_place,
    written_caches,
)
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.frozen_sources import reads_context
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule

_MESSAGE = "old layers stay in this directory, so that it grows with each run"


@once_for_each_place
def check(file: CiFile) -> Iterator[Finding]:
    for build, option in written_caches(file):
        place = option.attributes.get("dest", "")
        if option.type != "local" or not place or "reset" in option.attributes:
            continue
        is_emptied = f"rm -rf {place}" in file.text or f"mv {place}" in file.text
        is_both = place in _sources(build) and _is_kept(build, place)
        if is_both and not is_emptied and _changes(file, build):
            yield found_at_option(file, option, _MESSAGE)


def _changes(file: CiFile, build: CiBuild) -> bool:
    """Whether a later run may make other layers: where none does, none is added."""
    image = file.image_of(build)
    if image is None or build.changing_args or build.no_cache.may_be:
        return True
    return reads_context(image) or bool(image.args)


def _sources(build: CiBuild) -> set[str]:
    local = [item for item in all_cache_from(build) if item.type == "local"]
    return {item.attributes.get("src", "") for item in local}


def _is_kept(build: CiBuild, place: str) -> bool:
    return any(place in kept.paths for kept in build.kept)


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
_KEPT = """- uses: actions/cache@v4
  with:
    path: /tmp/c
    key: buildx-${{ github.sha }}
    restore-keys: buildx-
"""
_FROM = "context: .\ncache-from: type=local,src=/tmp/c\n"

RULE = Rule(
    id="local-cache-grows",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    examples=(
        Example(
            bad=workflow(f"{_FROM}cache-to: type=local,dest=/tmp/c\n", before=_KEPT),
            files=_FILES,
        ),
        Example(
            good=workflow(f"{_FROM}cache-to: type=local,dest=/tmp/new\n", before=_KEPT),
            files=_FILES,
        ),
    ),
)
