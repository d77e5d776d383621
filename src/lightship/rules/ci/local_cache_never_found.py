"""actions/cache looks for the layers under a key that no earlier run has

## What it does
Finds `type=local` caches that actions/cache carries over under a key with the commit or the number
of the run in it, without `restore-keys`.

## Why is this bad?
A key is found only whole: that of another commit is another one. Each run saves its layers, and
none reads those of an earlier run. `restore-keys` are beginnings of keys, of which the newest is
taken.

## When to ignore
Ignore it where runs of one commit should share the layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.builds.ci.ci_build import CiBuild, KeptPath
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import line_place
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.failing_images import running_builds
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex

_NEW = regex(r"\$\{\{[^}]*github\.(?:sha|run_id|run_number|event\.after)\b[^}]*\}\}")
_MESSAGE = "no earlier run has this key, and restore-keys is missing: nothing is found"


def check(file: CiFile) -> Iterator[Finding]:
    told: set[int] = set()
    for build in running_builds(file):
        for kept in build.kept:
            line = kept.written.line
            if kept.written.path != file.path or line in told:
                continue
            if _is_never_found(build, kept):
                told.add(line)
                yield Finding(line_place(file, line), _MESSAGE)


def _is_never_found(build: CiBuild, kept: KeptPath) -> bool:
    """Whether the build reads what is carried over, under a key that no earlier run has."""
    if kept.restore_keys or _NEW.search(kept.key) is None:
        return False
    return _reads(build, kept)


def _reads(build: CiBuild, kept: KeptPath) -> bool:
    """Whether the build reads what is carried over."""
    local = [item for item in build.cache_from if item.type == "local"]
    folders = [item.attributes.get("src", "") for item in local]
    return any(folder in kept.paths for folder in folders)


def cured(_file: CiFile, build: CiBuild) -> CiBuild | None:
    kept = tuple(_found_again(build, item) for item in build.kept)
    if kept == build.kept:
        return None
    return replace(build, kept=kept)


def _found_again(build: CiBuild, kept: KeptPath) -> KeptPath:
    """Where no run finds what is carried over, what its key begins with is looked for too."""
    new = _NEW.search(kept.key)
    if new is None or not _is_never_found(build, kept):
        return kept
    beginning = kept.key[: new.start()]
    return replace(kept, restore_keys=(beginning,))


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
_INPUTS = """context: .
cache-from: type=local,src=/tmp/c
cache-to: type=local,dest=/tmp/c,reset=true
"""
_KEPT = """- uses: actions/cache@v4
  with:
    path: /tmp/c
    key: buildx-${{ github.sha }}
"""

RULE = Rule(
    id="local-cache-never-found",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(bad=workflow(_INPUTS, before=_KEPT), files=_FILES),
        Example(
            good=workflow(_INPUTS, before=f"{_KEPT}    restore-keys: buildx-\n"),
            files=_FILES,
        ),
    ),
)
