"""BuildKit does not know the mode of a cache, and reads it as min without a word

## What it does
Finds `--cache-to` and `cache-to` with a mode that is neither `min` nor `max`, and a field that is
nearly called `mode`.

## Why is this bad?
BuildKit takes a mode that it does not know for `min`, and only its debug log says so (`control.go`,
parseCacheExportMode). The cache looks right and lacks the stages that the image only copies from.

## Fix safety
The fix writes `mode=max`, where the mode is nearly that. The image is the same.

## When to ignore
There is no reason to ignore it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.ci.cache_option import CacheOption, is_known
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.steps import found_at_option, written_caches
from lightship.facts.ci.workflow_edits import with_other_field
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule

_NEARLY_MODE = frozenset({"mod", "modes", "cache-mode", "cachemode", "mdoe", " mode"})


def check(file: CiFile) -> Iterator[Finding]:
    for _build, option in written_caches(file):
        name = _misspelt(option)
        if name is None:
            continue
        value = option.attributes[name]
        message = (
            f"BuildKit does not know {name.strip()}={value}, and exports as mode=min"
        )
        fix: Fix | None = None
        if value.strip().lower().startswith("max"):
            edit = with_other_field(file, option, name, "mode=max")
            fix = Fix("Write mode=max", (edit,)) if edit is not None else None
        yield found_at_option(file, option, message, fix)


def _misspelt(option: CacheOption) -> str | None:
    """The attribute that is meant to be the mode."""
    if option.is_mode_misspelt:
        return "mode"
    if "mode" in option.attributes:
        return None
    for name, value in option.attributes.items():
        if name in _NEARLY_MODE and is_known(value):
            return name
    return None


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}

RULE = Rule(
    id="cache-mode-misspelt",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
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
