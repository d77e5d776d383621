"""Pull requests of forks write a cache into a registry, where they may not

## What it does
Finds caches in a registry that are written in pull requests of forks too, without
`ignore-error=true`, by builds that do not push their image there.

## Why is this bad?
In a pull request of a fork the token may only read, and secrets are empty. The registry refuses the
cache, and a build that is otherwise right fails.

## Fix safety
The fix adds `ignore-error=true`. The image is the same.

## When to ignore
Ignore it where no one can fork the repository.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import CiBuild, RunKind
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    active_runs,
    found_at_option,
    once_for_each_place,
    written_caches,
)
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.workflow_edits import with_field
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule

_MESSAGE = (
    "pull requests of forks may not write this cache, and fail: add ignore-error=true"
)
_LOCAL = ("localhost", "127.0.0.1", "registry:")


@once_for_each_place
def check(file: CiFile) -> Iterator[Finding]:
    for build, option in written_caches(file):
        is_local = (option.ref or "").startswith(_LOCAL)
        if option.type != "registry" or option.ignores_errors or is_local:
            continue
        if _is_written_by_forks(build, option):
            edit = with_field(file, option, "ignore-error=true")
            fix = Fix("Add ignore-error=true", (edit,)) if edit is not None else None
            yield found_at_option(file, option, _MESSAGE, fix)


def _is_written_by_forks(build: CiBuild, option: CacheOption) -> bool:
    for run in active_runs(build):
        if run.kind is not RunKind.FORK_PULL_REQUEST or run.happens is None:
            continue
        if run.push is False and any(
            item.written == option.written for item in run.cache_to
        ):
            return True
    return False


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
_INPUTS = """context: .
push: ${{ github.event_name != 'pull_request' }}
tags: ghcr.io/acme/app:latest
cache-from: type=registry,ref=ghcr.io/acme/app:cache
"""
_ON = "[push, pull_request]"

RULE = Rule(
    id="registry-cache-in-forks",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    judges_ci=True,
    examples=(
        Example(
            bad=workflow(
                f"{_INPUTS}cache-to: type=registry,ref=ghcr.io/acme/app:cache\n", _ON
            ),
            fixed=workflow(
                f"{_INPUTS}cache-to: type=registry,ref=ghcr.io/acme/app:cache,ignore-error=true\n",
                _ON,
            ),
            files=_FILES,
        ),
        Example(
            good=workflow(
                f"{_INPUTS}cache-to: ${{{{ github.event_name == 'push' && "
                "'type=registry,ref=ghcr.io/acme/app:cache' || '' }}\n",
                _ON,
            ),
            files=_FILES,
        ),
    ),
)
