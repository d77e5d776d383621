"""The build of a Dockerfile of which no file speaks: its context is worked out from what it copies.

It is the nearest directory upward that holds all that COPY, ADD and bind mounts name, and that its
ignore file does not take away; else the one that holds most of it, which is the Dockerfile's own
where none holds anything. Where all is copied, files that the commands name tell where that is:
`COPY . .` and `pip install -r app/requirements.txt` in `app/Dockerfile` mean the directory above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.builds.definition import BuildDefinition, BuildSourceKind, Written
from lightship.builds.workspace import (
    COPIED_FOLDERS,
    DIRECTORY,
    Workspace,
    folders_above,
    joined,
)
from lightship.context.ignore import Ignore
from lightship.context.wildcards import (
    BadPatternError,
    clean,
    has_wildcards,
    matches,
)
from lightship.dockerfile.tree import Dockerfile
from lightship.evaluation.copies import copyings
from lightship.evaluation.evaluate import Evaluation, evaluate
from lightship.evaluation.paths import below, in_workdir
from lightship.evaluation.state import State
from lightship.regex import regex
from lightship.wording.counts import count

_MOST_NAMES = 20_000  # of directories that are listed for one pattern
_STARTS = frozenset({"RUN", "CMD", "ENTRYPOINT"})
# `$APP/app/requirements.txt`, `worker/main.py`
_FILE_WORD = regex(
    r"(?<![\w./:$@{}-])[\w./${}-]+/[\w.-]+\.(?:txt|toml|py|sh|cfg)(?![\w/])"
)
_VARIABLE = regex(r"\$\{?(\w+)\}?")
_EVERYTHING = frozenset({".", "*"})  # which any directory has
# A directory of these alone is not what `COPY . .` is meant for
_OF_THE_BUILD = regex(
    r"(?:.*[.-])?(?:docker|container)file(?:[.-].*)?|.*\.(?:docker|container)ignore"
    r"|(?:docker-)?compose.*\.ya?ml|.*\.md|.*\.sh|\.env.*|\.git(?:ignore|keep)?",
    re.IGNORECASE,
)


def guessed(workspace: Workspace, path: str) -> BuildDefinition:
    """How a Dockerfile is most likely built."""
    sources = sources_of(workspace.dockerfile(path))
    named = [source for source in sources if source not in _EVERYTHING]
    if named:
        context, held = _best(workspace, path, named)
        about = f"this directory has {held} of the {count(len(named), 'path')} that it copies"
        if held == len(named):
            about = "this directory has all that it copies"
    elif sources:
        context = _with_content(workspace, path)
        about = "this is the nearest directory with files to copy"
        used = list(_used_files(workspace.dockerfile(path)))
        root, held = _best(workspace, path, used) if used else (context, 0)
        if held and not _has_any(workspace, context, used):
            context = root
            about = "this directory has the files that its commands name"
    else:
        context = folders_above(path)[0]
        about = "it copies nothing"

    why = f"no file says how it is built; {about}"
    written = (Written(path),)
    return BuildDefinition(path, context, BuildSourceKind.GUESS, written, why)


def _with_content(workspace: Workspace, path: str) -> str:
    """The nearest directory that has more than what belongs to the build itself."""
    folders = _candidates(path)
    for folder in folders:
        names = workspace.names(folder)
        if any(_OF_THE_BUILD.fullmatch(name) is None for name in names):
            return folder
    return folders[0]


def _has_any(workspace: Workspace, folder: str, paths: list[str]) -> bool:
    return any(_holds(workspace, folder, path, Ignore()) for path in paths)


def _used_files(dockerfile: Dockerfile) -> Iterator[str]:
    """The files in folders that commands name, from where the context was copied to.

    They may be of the context, or be made in the image.
    """
    evaluation = evaluate(dockerfile, {}, None)
    roots = set()
    for copying in copyings(dockerfile, evaluation):
        takes_all = any(source.value in _EVERYTHING for source in copying.local)
        if takes_all and copying.destination.value and copying.before is not None:
            roots.add(in_workdir(copying.before.workdir, copying.destination.value))

    for step in evaluation.steps:
        if step.instruction.keyword not in _STARTS:
            continue
        for name in _FILE_WORD.findall(step.instruction.span.of(dockerfile.text)):
            place = in_workdir(step.before.workdir, _expanded(step.before, name))
            for root in roots:
                rest = below(place, root)
                if rest and "/" in rest and "$" not in rest:
                    yield rest


def _expanded(state: State, text: str) -> str:
    """A path with its variables put in; those without a value stay."""

    def value(match: re.Match[str]) -> str:
        return state.env.get(match[1]) or match[0]

    return _VARIABLE.sub(value, text)


def _best(workspace: Workspace, path: str, sources: list[str]) -> tuple[str, int]:
    """The nearest directory that holds most sources, and how many."""
    best = ("", -1)
    for folder in _candidates(path):
        ignore = _ignore_of(workspace, folder, path)
        held = sum(_holds(workspace, folder, source, ignore) for source in sources)
        if held > best[1]:
            best = (folder, held)
        if held == len(sources):
            break
    return best


def holding_context(workspace: Workspace, path: str, folder: str) -> str:
    """`folder`, or the nearest directory above it, that holds all that a Dockerfile copies.

    `folder` where none does.
    """
    sources = sources_of(workspace.dockerfile(path))
    for place in (folder, *folders_above(folder)):
        ignore = _ignore_of(workspace, place, path)
        if all(_holds(workspace, place, source, ignore) for source in sources):
            return place
    return folder


def _candidates(path: str) -> list[str]:
    """The directories above a Dockerfile; of one that was copied here those of its own project."""
    folders = folders_above(path)
    for place, folder in enumerate(folders):
        if folder.rpartition("/")[2] in COPIED_FOLDERS:
            return folders[: max(place, 1)]
    return folders


def _ignore_of(workspace: Workspace, folder: str, dockerfile: str) -> Ignore:
    """The ignore file in force where a directory is the context."""
    for path in (f"{dockerfile}.dockerignore", joined(folder, ".dockerignore")):
        text = workspace.text(path) if path is not None else None
        if text is not None:
            return Ignore.parse(text)
    return Ignore()


def _holds(workspace: Workspace, folder: str, source: str, ignore: Ignore) -> bool:
    """Whether a context sends something that the source means."""
    if has_wildcards(source):
        paths = _matching(workspace, folder, source)
        return any(not ignore.matches(path) for path in paths)
    path = joined(folder, source)
    kind = workspace.kinds(path) if path is not None else ""
    if kind == DIRECTORY and ignore.has_exclusions:
        return True  # a line with ! may bring a part of it back
    return bool(kind) and not ignore.matches(source)


def _matching(workspace: Workspace, folder: str, pattern: str) -> Iterator[str]:
    """The paths in a context that a pattern matches, one part after another."""
    parents = ["."]
    budget = _MOST_NAMES
    for part in pattern.split("/"):
        below = []
        for parent in parents:
            place = joined(folder, parent)
            if place is None or not workspace.is_directory(place):
                continue
            for name in workspace.names(place):
                budget -= 1
                if budget < 0:
                    return
                if _fits(part, name):
                    below.append(clean(f"{parent}/{name}"))
        parents = below
    yield from parents


def _fits(pattern: str, name: str) -> bool:
    try:
        return matches(pattern, name)
    except BadPatternError:
        return False


def sources_of(dockerfile: Dockerfile) -> list[str]:
    """What all stages take from the context, from its root, as far as it is known."""
    if dockerfile.problems:
        return []
    evaluation = evaluate(dockerfile, {}, None)
    paths = []
    for copying in copyings(dockerfile, evaluation):
        paths += [source.value for source in copying.local if source.value is not None]
    paths += _bound(evaluation)
    cleaned = [clean(path.lstrip("/") or ".") for path in paths]
    return list(dict.fromkeys(cleaned))


def _bound(evaluation: Evaluation) -> list[str]:
    """What bind mounts take from the context."""
    return [
        mount.source
        for step in evaluation.steps
        for mount in step.mounts
        if mount.type == "bind" and not mount.from_ and mount.source
    ]
