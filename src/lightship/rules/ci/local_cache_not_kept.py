"""A cache is written into a directory of a runner that ends with the job

## What it does
Finds `type=local` in `cache-to` on GitHub's hosted runners (`ubuntu-…`, `windows-…`, `macos-…`), in
files in which no action carries a directory over to the next run. Labels of other names are left
alone: they may be machines of one's own, which keep their directories.

## Why is this bad?
A hosted runner is thrown away after the job, and the directory with it: the cache is written and
never read. `type=gha` needs no directory.

## When to ignore
Ignore it where another step of the same job reads the cache.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    all_cache_from,
    ends_with_job,
    found_at_option,
    once_for_each_place,
    written_caches,
)
from lightship.facts.ci.cured_builds import cached_alone
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex

# Actions that carry files from run to run, whatever they are called
_CARRIER = regex(r"uses:\s*\S*(?:cache|artifact|sticky)\S*")
_MESSAGE = "the directory ends with the runner: no later run can read this cache"


@once_for_each_place
def check(file: CiFile) -> Iterator[Finding]:
    if _CARRIER.search(file.text):
        return
    for build, option in written_caches(file):
        is_lost = build.builder.keeps_cache is False and ends_with_job(build)
        if option.type == "local" and is_lost and not _is_read_by_another(file, build):
            yield found_at_option(file, option, _MESSAGE)


def _is_read_by_another(file: CiFile, build: CiBuild) -> bool:
    """Whether another step of the file reads local caches."""
    for other in file.builds:
        if other.line != build.line and any(
            item.type == "local" for item in all_cache_from(other)
        ):
            return True
    return False


def cured(_file: CiFile, build: CiBuild) -> CiBuild | None:
    is_local = any(item.type == "local" for item in build.cache_to)
    return cached_alone(build) if is_local else None


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
_INPUTS = """context: .
cache-from: type=local,src=/tmp/c
cache-to: type=local,dest=/tmp/c,reset=true
"""
_KEPT = """- uses: actions/cache@v4
  with:
    path: /tmp/c
    key: buildx-${{ github.sha }}
    restore-keys: buildx-
"""

RULE = Rule(
    id="local-cache-not-kept",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(bad=workflow(_INPUTS), files=_FILES),
        Example(good=workflow(_INPUTS, before=_KEPT), files=_FILES),
    ),
)
