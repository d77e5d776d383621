"""The paths of a checkout to which the steps before a build write other files in each run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from lightship.builds.ci.github_builder import EarlierStep
from lightship.builds.ci.github_events import as_far_as_known
from lightship.builds.workspace import joined
from lightship.regex import regex

_CHECKOUT = "actions/checkout"
_DOWNLOAD = "actions/download-artifact"
_OUTSIDE = ("/", "~", "$")
# Commands that build, and the directories to which their tools write what they have built
_BUILDS = regex(
    r"(?m)^[ \t]*(?:npm run build|yarn (?:run )?build|pnpm (?:run )?build|uv build"
    r"|python3? -m build|poetry build|cargo build|mvn |(?:\./)?gradlew )"
)
_BUILT = ("dist", "build", "target", "out")
# Files that hold the commit, the number of the run or a date: `echo $GITHUB_SHA > version.txt`
_STAMPS = regex(
    r"(?:github\.(?:sha|run_)|GITHUB_(?:SHA|RUN_)|\$\(date|git rev-parse|git log)"
    r"[^\n>]{0,200}>>?[ \t]*[\"']?(?P<path>\w[\w./-]*)"
)
# `cp /tmp/dist/*.whl dist/`: from outside of the checkout, so that it is no file of the commit
_COPIES = regex(
    r"(?m)^[ \t]*(?:cp|mv)[ \t]+(?:-\w+[ \t]+){0,4}[\"']?[/~$][^\s;&|]*[ \t]+"
    r"(?P<path>[\w.][\w./-]*)[ \t]*$"
)


def made_paths(
    earlier: Sequence[EarlierStep], values: Mapping[str, Any], prefix: str
) -> Iterator[str]:
    """The paths from the root of the repository, `.` for the root itself.

    `earlier` are the step of the build and those before, the last one first; `prefix` is the
    directory into which the repository is checked out.
    """
    after = list(takewhile(_is_no_checkout, earlier))
    if len(after) == len(earlier):
        return
    for step in after:
        for path in _made_by(step, values):
            inside = _inside(path, prefix)
            if inside is not None:
                yield inside


def _is_no_checkout(step: EarlierStep) -> bool:
    return step.action != _CHECKOUT


def _made_by(step: EarlierStep, values: Mapping[str, Any]) -> Iterator[str]:
    """Paths from the directory in which the job starts."""
    if step.action == _DOWNLOAD:
        path = step.text("with", "path")
        yield as_far_as_known(path, values) or "."
        return

    script = step.text("run")
    if not script:
        return
    folder = as_far_as_known(step.text("working-directory"), values) or "."
    if _BUILDS.search(script):
        for name in _BUILT:
            yield f"{folder}/{name}"
    for pattern in (_STAMPS, _COPIES):
        for match in pattern.finditer(script):
            yield f"{folder}/{match['path']}"


def _inside(path: str, prefix: str) -> str | None:
    """A path from the root of the repository; None for one that lies elsewhere."""
    if path.startswith(_OUTSIDE):
        return None
    placed = joined(".", path)
    if placed is None or not prefix or placed == prefix:
        return "." if placed is not None and placed == prefix else placed
    below = placed.removeprefix(f"{prefix}/")
    return below if below != placed else None
