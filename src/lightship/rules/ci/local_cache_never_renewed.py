"""actions/cache keeps the layers under a key that never changes, so that the first ones stay

## What it does
Finds `type=local` caches that actions/cache carries over under a key with no expression in it, or
only with such as are the same in every run.

## Why is this bad?
A key is written once: while there is an entry with that key, actions/cache saves nothing. The
layers of the first run are read for ever, and those of later changes are built again each time.

End the key with `${{ github.sha }}`, and set `restore-keys` to what stands before it.

## When to ignore
Ignore it where the layers never change.
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
from lightship.text import Span

_EXPRESSION = regex(r"\$\{\{\s*(.*?)\s*\}\}")
_SAME = regex(
    r"(?:runner\.(?:os|arch)|matrix\.[\w-]+|github\.(?:job|workflow|repository))"
)
_MESSAGE = "this key never changes: the first cache stays, and no later one is saved"


def check(file: CiFile) -> Iterator[Finding]:
    told: set[int] = set()
    for build in running_builds(file):
        for kept in build.kept:
            line = kept.written.line
            is_here = kept.written.path == file.path and line not in told
            if is_here and _keeps(build, kept) and _never_changes(kept.key):
                told.add(line)
                yield Finding(_key_place(file, kept), _MESSAGE)


def _keeps(build: CiBuild, kept: KeptPath) -> bool:
    """Whether it carries over a cache that the build writes."""
    places = [
        item.attributes.get("src", "")
        for item in build.cache_from
        if item.type == "local"
    ]
    is_written = any(item.type == "local" for item in build.cache_to)
    return is_written and any(place and place in kept.paths for place in places)


def _never_changes(key: str) -> bool:
    return all(_SAME.fullmatch(inner) for inner in _EXPRESSION.findall(key)) and bool(
        key
    )


def _key_place(file: CiFile, kept: KeptPath) -> Span:
    for line in range(
        kept.written.line, min(kept.written.line + 12, len(file.lines.starts))
    ):
        place = line_place(file, line)
        if place.of(file.text).startswith("key:"):
            return place
    return line_place(file, kept.written.line)


def cured(_file: CiFile, build: CiBuild) -> CiBuild | None:
    kept = [_renewed(build, item) for item in build.kept]
    return replace(build, kept=tuple(kept)) if tuple(kept) != build.kept else None


def _renewed(build: CiBuild, kept: KeptPath) -> KeptPath:
    """With a key for each commit, where what is carried over has one for all."""
    if not _keeps(build, kept) or not _never_changes(kept.key):
        return kept
    key = f"{kept.key}-${{{{ github.sha }}}}"
    return replace(kept, key=key, restore_keys=(f"{kept.key}-",))


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\n"}
_INPUTS = """context: .
cache-from: type=local,src=/tmp/c
cache-to: type=local,dest=/tmp/c,reset=true
"""


def _kept(key: str) -> str:
    return f"- uses: actions/cache@v4\n  with:\n    path: /tmp/c\n    key: {key}\n"


RULE = Rule(
    id="local-cache-never-renewed",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(
            bad=workflow(_INPUTS, before=_kept("buildx-${{ runner.os }}")), files=_FILES
        ),
        Example(
            good=workflow(_INPUTS, before=_kept("buildx-${{ github.sha }}")),
            files=_FILES,
        ),
    ),
)
