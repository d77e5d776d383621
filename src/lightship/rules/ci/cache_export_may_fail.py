"""A failed export of the cache fails the build

## What it does
Finds caches that are exported without `ignore-error=true`.

## Why is this bad?
A build whose image is done and pushed fails where its cache cannot be written: the cache service
answers too late or too often, or the token may not write to the registry. With `ignore-error=true`
that is a warning.

## Fix safety
The fix adds `ignore-error=true`. The image is the same.

## When to ignore
Ignore it where somebody should notice that the cache is not written.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.ci.ci_build import BuildTool
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    found_at_option,
    once_for_each_place,
    written_caches,
)
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.workflow_edits import with_field
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule

_BACKENDS = ("gha", "registry", "local", "s3", "azblob")
_MESSAGE = "a cache that cannot be written fails the build: add ignore-error=true"


@once_for_each_place
def check(file: CiFile) -> Iterator[Finding]:
    for build, option in written_caches(file):
        is_told = "ignore-error" in option.attributes
        if (
            option.type not in _BACKENDS
            or is_told
            or build.tool is not BuildTool.BUILDX
        ):
            continue
        edit = with_field(file, option, "ignore-error=true")
        fix = Fix("Add ignore-error=true", (edit,)) if edit is not None else None
        yield found_at_option(file, option, _MESSAGE, fix)


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}

RULE = Rule(
    id="cache-export-may-fail",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    default=False,
    judges_ci=True,
    examples=(
        Example(
            bad=workflow("context: .\ncache-from: type=gha\ncache-to: 'type=gha'\n"),
            fixed=workflow(
                "context: .\ncache-from: type=gha\ncache-to: 'type=gha,ignore-error=true'\n"
            ),
            files=_FILES,
        ),
        Example(
            good=workflow(
                "context: .\ncache-from: type=gha\ncache-to: type=gha,ignore-error=true\n"
            ),
            files=_FILES,
        ),
    ),
)
