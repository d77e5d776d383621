"""From what a user names to a Question: two revisions, Dockerfiles or directories, or a Dockerfile and its fixes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lightship.bench.proof_run import Question
from lightship.cache.plan.plan import Side
from lightship.cache.selection.tree import Tree
from lightship.context.files import Context
from lightship.errors import GitError, UsageError
from lightship.files.reading import read_file
from lightship.files.trees import folder_tree
from lightship.flows.cache.sides import Asked, Repository, folder_side
from lightship.history import open_history
from lightship.lint.fixes import SAFE, UNSAFE
from lightship.proof.change_parts import Part, fixed, hunks
from lightship.report.kit.diff import diff

_OWN = ".lightship"
_LOOKED_AT = 200  # commits, for what is changed most often


def question_of(
    before: str | None, after: str | None, given: Mapping[str, Any]
) -> Question:
    """What is to be proven; a UsageError for names that go with nothing."""
    context = given["context"] or "."
    asked = Asked(
        given["dockerfile"],
        given["build_args"],
        given["target"],
        no_config=bool(given.get("no_config")),
    )
    if given["fix"] or given["unsafe_fixes"]:
        if before or after:
            raise UsageError(
                "--fix compares the Dockerfile with itself: it takes neither BEFORE nor AFTER"
            )
        return _fixes(context, asked, given)
    if before and after and os.path.isdir(before) and os.path.isdir(after):
        one, other = (
            _without_own(folder_side(before, asked, {})),
            _without_own(folder_side(after, asked, {})),
        )
        names = (before, after)
    elif before and after and os.path.isfile(before) and os.path.isfile(after):
        one, other = (
            _with_dockerfile(context, before, asked),
            _with_dockerfile(context, after, asked),
        )
        names = (before, after)
    else:
        return _revisions(before, after, context, asked, given)
    return question(one, other, names, given)


def _fixes(context: str, asked: Asked, given: Mapping[str, Any]) -> Question:
    side = on_disk(context, asked)
    after, parts = fixed(side, tuple(UNSAFE if given["unsafe_fixes"] else SAFE))
    if not parts:
        raise UsageError(
            "`lightship fix` changes nothing here, so there is nothing to prove"
        )
    return question(side, after, ("as it is", "with the fixes"), given, parts)


def _revisions(
    before: str | None,
    after: str | None,
    context: str,
    asked: Asked,
    given: Mapping[str, Any],
) -> Question:
    """Two commits, or a commit and the files on the disk."""
    try:
        repository = Repository(context, asked)
    except GitError as error:
        hint = "name two directories or two Dockerfiles, or --fix"
        raise GitError(f"{error}; {hint}") from error
    since = before or "HEAD"
    one = repository.commit(since, {})
    other = (
        repository.commit(after, {}) if after else repository.working_tree(since, {})
    )
    names = (since, after or "the files on the disk")
    found = question(one, other, names, given)
    return replace(found, commit=repository.history.resolve(after or "HEAD").id)


def question(
    before: Side,
    after: Side,
    names: tuple[str, str],
    given: Mapping[str, Any],
    parts: Sequence[Part] = (),
) -> Question:
    """The Question of two versions; a UsageError where they are the same."""
    if not _differ(before, after):
        raise UsageError(
            f"{names[0]} and {names[1]} are the same: there is nothing to prove"
        )
    if given["attribute"] and not parts:
        parts = hunks(before, after)
    shown = "".join(diff(path, *texts) for path, texts in _texts(before, after).items())
    commits = _commits(given) if given["commits"] else ()
    return Question(
        before, after, names, tuple(parts) if given["attribute"] else (), commits, shown
    )


def _differ(before: Side, after: Side) -> bool:
    if before.build.dockerfile.text != after.build.dockerfile.text:
        return True
    one, other = before.tree, after.tree
    return one.files.keys() != other.files.keys() or any(
        one.files[path].mode != other.files[path].mode
        or one.identity(path) != other.identity(path)
        for path in one.files
    )


def _texts(before: Side, after: Side) -> dict[str, tuple[str, str]]:
    """The Dockerfile and the ignore file on both sides, where they differ."""
    found = {
        after.build.path or "Dockerfile": (
            before.build.dockerfile.text,
            after.build.dockerfile.text,
        )
    }
    for side in (before, after):
        path = (
            side.build.context.ignore_path if side.build.context is not None else None
        )
        if path is not None:
            found[path] = (_text(before, path), _text(after, path))
    return {path: texts for path, texts in found.items() if texts[0] != texts[1]}


def _text(side: Side, path: str) -> str:
    return (
        (side.build.context.read(path) or "") if side.build.context is not None else ""
    )


def on_disk(context: str, asked: Asked) -> Side:
    """The directory as it is, with a Dockerfile that may lie beside it."""
    if asked.dockerfile is None:
        return _without_own(folder_side(context, asked, {}))
    return _with_dockerfile(context, asked.dockerfile, asked)


def _with_dockerfile(context: str, dockerfile: str, asked: Asked) -> Side:
    """A directory, and any Dockerfile."""
    tree = folder_tree(context)
    relative = os.path.relpath(
        os.path.abspath(dockerfile), os.path.abspath(context)
    ).replace(os.sep, "/")

    def read(path: str) -> bytes | None:
        place = os.path.join(context, path)
        return read_file(place) if os.path.isfile(place) else None

    inside = None if relative.startswith("../") else relative
    build = asked.build(
        read_file(dockerfile),
        Context(tree.files.values, read, relative),
        inside,
        context,
        {},
    )
    return _without_own(Side(build, tree))


def _without_own(side: Side) -> Side:
    """Without what lightship keeps there itself."""
    files = {
        path: file
        for path, file in side.tree.files.items()
        if path.split("/")[0] != _OWN
    }
    return (
        side
        if len(files) == len(side.tree.files)
        else Side(side.build, replace(side.tree, files=files))
    )


def _commits(given: Mapping[str, Any]) -> tuple[Tree, ...]:
    """The trees of the last commits, and of the one before them."""
    history = open_history(given["context"] or ".")
    walk = history.walk(given["commits"])
    first = (walk.start,) if walk.start_commit is not None else ()
    return (*first, *(history.tree(commit.id) for commit in walk.commits))


def changed_often(context: str) -> list[str]:
    """The files of the context that the last commits changed, most often first; none without a repository."""
    try:
        walk = open_history(context).walk(_LOOKED_AT)
        counts = Counter(
            change.path for revision in walk.revisions for change in revision.changes
        )
    except GitError:
        return []
    return [path for path, _ in counts.most_common()]
