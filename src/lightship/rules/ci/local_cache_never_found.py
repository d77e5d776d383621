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
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex

_NEW = regex(r"\$\{\{[^}]*github\.(?:sha|run_id|run_number|event\.after)\b[^}]*\}\}")
_MESSAGE = "no earlier run has this key, and restore-keys is missing: nothing is found"


def check(file: CiFile) -> Iterator[Finding]:
    told: set[int] = set()
    for build in file.builds:
        for kept in build.kept:
            line = kept.written.line
            is_here = kept.written.path == file.path and line not in told
            is_new = _NEW.search(kept.key) is not None and not kept.restore_keys
            if is_here and is_new and _reads(build, kept):
                told.add(line)
                yield Finding(line_place(file, line), _MESSAGE)


def _reads(build: CiBuild, kept: KeptPath) -> bool:
    """Whether the build reads what is carried over."""
    local = [item for item in build.cache_from if item.type == "local"]
    return any(item.attributes.get("src", "") in kept.paths for item in local)


def cured(_file: CiFile, build: CiBuild) -> CiBuild | None:
    kept = [_found_again(build, item) for item in build.kept]
    return replace(build, kept=tuple(kept)) if tuple(kept) != build.kept else None


def _found_again(build: CiBuild, kept: KeptPath) -> KeptPath:
    """Where no run finds what is carried over, what its key begins with is looked for too."""
    new = _NEW.search(kept.key)
    if new is None or kept.restore_keys or not _reads(build, kept):
        return kept
    return replace(kept, restore_keys=(kept.key[: new.start()],))


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
