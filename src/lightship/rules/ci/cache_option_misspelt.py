"""A field of a cache option is misspelt, and BuildKit leaves it out without a word

## What it does
Finds caches with a mode that is neither `min` nor `max`, with a field that is nearly called `mode`,
and with a space before the name of a field.

## Why is this bad?
`type=gha, mode=max` has a field that is called ` mode`: buildx takes no spaces off. BuildKit does
not know it, and takes a mode that is missing or unknown for `min`; only its debug log says so
(`control.go`, parseCacheExportMode). The cache looks right, and lacks the stages that the image
only copies from. A scope or ref that is lost so is another cache than the one that is meant.

## Fix safety
The fix writes the field as it is meant. The image is the same.

## When to ignore
There is no reason to ignore it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.builds.ci.cache_option import CacheOption, is_known, with_attributes
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.builds.definition import Written
from lightship.facts.ci.ci_steps import (
    all_cache_from,
    all_cache_to,
    found_at_option,
    is_judged_here,
)
from lightship.facts.ci.cured_builds import with_options
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.workflow_edits import with_other_field
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule

_NEARLY_MODE = frozenset({"mod", "modes", "cache-mode", "cachemode", "mdoe"})


def check(file: CiFile) -> Iterator[Finding]:
    told: set[Written] = set()
    for option in _options(file):
        said = _misspelt(option)
        if (
            said is None
            or option.written in told
            or not is_judged_here(file, option.written)
        ):
            continue

        told.add(option.written)
        name, meant, message = said
        fix: Fix | None = None
        if meant:
            edit = with_other_field(file, option, name, meant)
            fix = Fix(f"Write {meant}", (edit,)) if edit is not None else None
        yield found_at_option(file, option, message, fix)


def _options(file: CiFile) -> Iterator[CacheOption]:
    for build in file.builds:
        yield from all_cache_to(build)
        yield from all_cache_from(build)


def _misspelt(option: CacheOption) -> tuple[str, str, str] | None:
    """A field that is misspelt, what is meant if that is plain, and what to say."""
    for name, value in option.attributes.items():
        short = name.strip()
        if name != short:
            message = f"the space before {short} hides it: BuildKit knows no such field"
            return name, f"{short}={value.strip()}", message
        is_mode = name == "mode" and option.is_mode_misspelt
        is_nearly = name in _NEARLY_MODE and "mode" not in option.attributes
        if is_mode or (is_nearly and is_known(value)):
            is_max = value.strip().lower().startswith("max")
            message = f"BuildKit does not know {name}={value}, and exports as mode=min"
            return name, "mode=max" if is_max else "", message
    return None


def cured(_file: CiFile, build: CiBuild) -> CiBuild | None:
    if not any(map(_misspelt, (*build.cache_from, *build.cache_to))):
        return None
    return with_options(build, _as_meant)


def _as_meant(option: CacheOption) -> CacheOption:
    """An option without what is misspelt in it; one whose meaning is not plain as it is."""
    said = _misspelt(option)
    if said is None or not said[1]:
        return option
    name, meant, _message = said
    key, _, value = meant.partition("=")
    others = {key: text for key, text in option.attributes.items() if key != name}
    bare = replace(option, attributes=others)
    return with_attributes(bare, {key: value})


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}

RULE = Rule(
    id="cache-option-misspelt",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(
            bad=workflow(
                "context: .\ncache-from: type=gha\ncache-to: type=gha,mode=MAX\n"
            ),
            fixed=workflow(
                "context: .\ncache-from: type=gha\ncache-to: type=gha,mode=max\n"
            ),
            files=_FILES,
        ),
        Example(
            bad=workflow(
                "context: .\ncache-from: type=gha\ncache-to: |\n  type=gha,mod=max,scope=a\n"
                "  type=gha, mode=max\n"
            ),
            fixed=workflow(
                "context: .\ncache-from: type=gha\ncache-to: |\n  type=gha,mode=max,scope=a\n"
                "  type=gha,mode=max\n"
            ),
            files=_FILES,
        ),
        Example(
            good=workflow(
                "context: .\ncache-from: type=gha\ncache-to: type=gha,mode=${{ vars.MODE }}\n"
            ),
            files=_FILES,
        ),
    ),
)
