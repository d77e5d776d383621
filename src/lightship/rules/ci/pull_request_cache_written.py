"""Pull requests write a cache of GitHub Actions that only they themselves read

## What it does
Finds caches of GitHub Actions that are written for pull requests and for a branch too.

## Why is this bad?
A pull request writes to its own ref: no other one reads that, and neither does the branch after the
merge. Each one adds its layers to the 10 GB of the repository, and the caches that were not read
for longest go first, which may be those of the default branch.

Write the cache for the branch alone: `cache-to: ${{ github.event_name != 'pull_request' &&
'type=gha,mode=max' || '' }}`.

## When to ignore
Ignore it where pull requests are built many times, and the quota is large enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.ci.ci_build import RunKind
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    PULLS,
    found_at_option,
    kinds_writing,
    once_for_each_place,
    written_caches,
)
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule

_MESSAGE = (
    "each pull request writes a cache that only itself reads, and fills the quota"
)


@once_for_each_place
def check(file: CiFile) -> Iterator[Finding]:
    for build, option in written_caches(file):
        if option.type != "gha":
            continue
        kinds = set(kinds_writing(build, option))
        if RunKind.PUSH in kinds and not PULLS.isdisjoint(kinds):
            yield found_at_option(file, option, _MESSAGE)


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
_ON = "[push, pull_request]"

RULE = Rule(
    id="pull-request-cache-written",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    default=False,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    examples=(
        Example(
            bad=workflow("context: .\ncache-from: type=gha\ncache-to: type=gha\n", _ON),
            files=_FILES,
        ),
        Example(
            good=workflow(
                "context: .\ncache-from: type=gha\ncache-to: ${{ github.event_name != "
                "'pull_request' && 'type=gha,mode=max' || '' }}\n",
                _ON,
            ),
            files=_FILES,
        ),
    ),
)
