"""A cache of GitHub Actions is written only in runs whose cache no other run reads

## What it does
Finds caches of GitHub Actions that are written only for tags, releases or in a merge queue.

## Why is this bad?
A run writes to its own ref, and reads that, the default branch and, for a pull request, its base
branch. No other tag reads what a tag wrote, and no run what a merge queue wrote. The export costs
its time in each run, and fills the 10 GB of the repository, so that useful caches are evicted
sooner.

Write the cache in a build of the default branch, which all others can read, or into a registry:
`type=registry,ref=IMAGE:buildcache,mode=max`.

## Fix safety
The fix removes `cache-to`, and `cache-from` where no other build writes that cache for others. The
image stays the same.

## When to ignore
Ignore it where runs of a tag are often started again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.builds.ci.cache_option import CacheOption
from lightship.builds.ci.ci_build import CiBuild, RunKind
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    LONELY,
    active_runs,
    all_cache_from,
    all_cache_to,
    found_at_option,
    kinds_writing,
    once_for_each_place,
    written_caches,
)
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.workflow_edits import without_input
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule

_WORDS = {
    RunKind.TAG: "tags",
    RunKind.RELEASE: "releases",
    RunKind.MERGE_QUEUE: "the merge queue",
}


@once_for_each_place
def check(file: CiFile) -> Iterator[Finding]:
    for _build, option in written_caches(file):
        if option.type != "gha":
            continue
        # The same step may be used by several workflows
        writers = [item for item in file.builds if _writes(item, option)]
        kinds: dict[RunKind, None] = {}
        for build in writers:
            kinds |= dict.fromkeys(kinds_writing(build, option))
        if not kinds or not LONELY.issuperset(kinds):
            continue

        words = " and ".join(_WORDS[kind] for kind in kinds)
        message = f"the cache is written only for {words}, and no other run can read it"
        fix = _fix(file, writers, option)
        yield found_at_option(file, option, message, fix)


def _writes(build: CiBuild, option: CacheOption) -> bool:
    return any(item.written == option.written for item in all_cache_to(build))


def _fix(file: CiFile, builds: Sequence[CiBuild], option: CacheOption) -> Fix | None:
    """Without the cache, where that is right for all builds of the step."""
    fixes = {_fix_of(file, build, option) for build in builds}
    return fixes.pop() if len(fixes) == 1 else None


def _fix_of(file: CiFile, build: CiBuild, option: CacheOption) -> Fix | None:
    caches = all_cache_to(build)
    if len(caches) > 1 or caches[0].type != option.type:
        return None

    edit = without_input(file, build, "cache-to")
    if edit is None:
        return None

    edits = [edit]
    own_source = all_cache_from(build)
    is_own = len(own_source) == 1 and own_source[0].address == caches[0].address
    if is_own and not _is_written_elsewhere(file, build, caches[0]):
        source = without_input(file, build, "cache-from")
        if source is None:
            return None
        edits.append(source)
    edits.sort(key=lambda item: item.span)
    is_apart = len(edits) < 2 or edits[0].span.end <= edits[1].span.start
    title = "Remove cache-to" if len(edits) < 2 else "Remove cache-from and cache-to"
    return Fix(title, tuple(edits)) if is_apart else None


def _is_written_elsewhere(file: CiFile, build: CiBuild, option: CacheOption) -> bool:
    for other in file.repository:
        is_same_step = (other.path, other.line) == (build.path, build.line)
        if is_same_step:
            continue
        if not other.runs:
            if any(_is_same(item, option) for item in all_cache_to(other)):
                return True
            continue
        for run in active_runs(other):
            # What a tag or release writes, this run cannot read
            is_read = run.kind not in LONELY
            if is_read and any(_is_same(item, option) for item in run.cache_to):
                return True
    return False


def _is_same(item: CacheOption, option: CacheOption) -> bool:
    return item.type == option.type and item.address == option.address


_TAGS = "{push: {tags: ['v*']}}"
_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
_CACHE = "cache-from: type=gha\ncache-to: type=gha,mode=max\n"

RULE = Rule(
    id="cache-written-for-nobody",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    examples=(
        Example(
            bad=workflow(f"context: .\n{_CACHE}push: true\n", _TAGS),
            fixed=workflow("context: .\npush: true\n", _TAGS),
            files=_FILES,
        ),
        Example(
            bad=workflow(f"context: .\n{_CACHE}push: true\n", "[release, merge_group]"),
            fixed=workflow("context: .\npush: true\n", "[release, merge_group]"),
            files=_FILES,
        ),
        Example(
            good=workflow(
                f"context: .\n{_CACHE}", "{push: {branches: [main], tags: ['v*']}}"
            ),
            files=_FILES,
        ),
        Example(good=workflow(f"context: .\n{_CACHE}", "[pull_request]"), files=_FILES),
    ),
)
