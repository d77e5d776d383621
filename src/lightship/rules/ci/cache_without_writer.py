"""A build reads a cache that no build of the repository writes

## What it does
Finds `cache-from` with a scope of the GitHub Actions cache that no workflow of the repository
writes, and `cache-from` with an image that the repository pushes without cache data in it: neither
`type=inline` nor `BUILDKIT_INLINE_CACHE=1`. Caches with an expression whose value is known only in
a run are left alone, and so are all where one that is written has such an expression.

## Why is this bad?
BuildKit finds nothing there, and does not say so: the build runs all steps, as if it had no cache.
Without cache data BuildKit cannot use an image as a cache, as docker's earlier builder could.

## When to ignore
Ignore it where another repository writes the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.base_images.reference import read_reference
from lightship.builds.ci.cache_option import CacheOption, is_known, with_attributes
from lightship.builds.ci.ci_build import BuildTool, CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.builds.definition import Written
from lightship.facts.ci.ci_steps import (
    all_cache_from,
    all_cache_to,
    found_at_option,
    is_judged_here,
)
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.failing_images import running_builds
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule

_TOOLS = (BuildTool.BUILDX, BuildTool.DOCKER)
_OLD_BUILDER = "DOCKER_BUILDKIT"


def check(file: CiFile) -> Iterator[Finding]:
    told: set[Written] = set()
    for build in running_builds(file):
        if build.tool not in _TOOLS:
            continue
        for option in all_cache_from(build):
            is_known = option.is_address_known and is_judged_here(file, option.written)
            if option.written in told or not is_known:
                continue
            message = _message(file, option)
            if message:
                told.add(option.written)
                yield found_at_option(file, option, message)


def _message(file: CiFile, option: CacheOption) -> str:
    if option.type == "gha":
        if _may_be_written(file, option):
            return ""
        return (
            f"no workflow writes the cache scope {option.scope}: nothing is found in it"
        )
    if option.ref is None or _OLD_BUILDER in file.text:
        return ""
    return _of_image(file, option.ref)


def _may_be_written(file: CiFile, option: CacheOption) -> bool:
    """Whether some build writes the address, or one that is not known."""
    for other in file.repository:
        # What an input without a value holds is not known
        if any(not item.type for item in (*other.cache_to, *other.cache_from)):
            return True
        for item in all_cache_to(other):
            is_same = item.address == option.address
            if is_same or (item.type == option.type and not item.is_address_known):
                return True
    return False


def _of_image(file: CiFile, ref: str) -> str:
    """What is wrong with an image as a cache: the repository pushes it, without cache data."""
    name = _name(ref)
    pushers = [item for item in file.repository if name in _names(item)]
    if not name or not pushers:
        return ""
    for build in file.repository:
        if build.writes_inline:
            return ""
        if any(
            item.ref is not None and _may_be(item.ref, ref)
            for item in all_cache_to(build)
        ):
            return ""
        if any(not item.type for item in build.cache_to):
            return ""
    return f"image {name[:40]} has no cache data: BuildKit finds nothing in it"


def _may_be(written: str, ref: str) -> bool:
    return written == ref or not is_known(written)


def _name(ref: str) -> str:
    """An image without its tag, as Docker writes it in full; empty where it is not known."""
    if not is_known(ref):
        return ""
    reference = read_reference(ref)
    return "" if isinstance(reference, str) else reference.name


def _names(build: CiBuild) -> set[str]:
    """The images that a build makes, without tags."""
    if build.definition is None or not build.push.may_be:
        return set()
    names = {_name(_untagged(tag)) for tag in build.definition.tags}
    return names - {""}


def _untagged(tag: str) -> str:
    """A variable may stand in the tag, not in the name."""
    start = tag.rfind("/") + 1
    end = tag.find(":", start)
    return tag if end < 0 else tag[:end]


def cured(file: CiFile, build: CiBuild) -> CiBuild | None:
    empty = [item for item in build.cache_from if _message(file, item)]
    if not empty:
        return None
    more = [with_attributes(item, {"mode": "max"}) for item in empty]
    return replace(build, cache_to=(*build.cache_to, *more))


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}

RULE = Rule(
    id="cache-without-writer",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(
            bad=workflow(
                "context: .\ncache-from: type=gha,scope=main\n"
                "cache-to: type=gha,mode=max,scope=app\n"
            ),
            files=_FILES,
        ),
        Example(
            bad=workflow(
                "context: .\npush: true\ntags: acme/app:1\n"
                "cache-from: type=registry,ref=acme/app:latest\n"
            ),
            files=_FILES,
        ),
        Example(
            good=workflow(
                "context: .\npush: true\ntags: acme/app:1\ncache-from: acme/app:latest\n"
                "cache-to: type=inline\n"
            ),
            files=_FILES,
        ),
        Example(
            good=workflow(
                "context: .\ncache-from: type=gha,scope=a\n"
                "cache-to: type=gha,scope=${{ github.ref_name }}\n"
            ),
            files=_FILES,
        ),
    ),
)
