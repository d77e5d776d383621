"""From what a user names to a Question: two versions and the parts of the change between them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from lightship.bench.proof_run import ProofQuestion
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.context.files import Context
from lightship.errors import GitError, UsageError
from lightship.files.reading import read_file
from lightship.files.trees import folder_tree
from lightship.flows.builds import BuildOptions
from lightship.flows.cache.sides import Repository, build_in, folder_side
from lightship.flows.proof.requests import MeasureOptions, VersionOptions
from lightship.history import open_history
from lightship.lint.fixes import SAFE, UNSAFE
from lightship.proof.change_parts import ChangePart, fixed, hunks
from lightship.report.kit.diff import diff

_OWN = ".lightship"
_BOTH_OF_A_KIND = "name two directories or two Dockerfiles"
_LOOKED_AT = 200  # commits, for what is changed most often


def question_of(
    versions: VersionOptions, build: BuildOptions, measure: MeasureOptions
) -> ProofQuestion:
    """What is to be proven; a UsageError for names that go with nothing."""
    before, after = versions.before, versions.after
    if versions.fix or versions.unsafe_fixes:
        if before or after:
            raise UsageError(
                "--fix compares the Dockerfile with itself: leave out BEFORE and AFTER"
            )
        return _fixes(versions, build, measure)

    if before and after and os.path.isdir(before) and os.path.isdir(after):
        sides = [_without_own(folder_side(path, build, {})) for path in (before, after)]
    elif before and after and os.path.isfile(before) and os.path.isfile(after):
        context = versions.context
        sides = [_with_dockerfile(context, path, build) for path in (before, after)]
    elif before and after and os.path.exists(before) and os.path.exists(after):
        raise UsageError(
            f"one of {before} and {after} is a directory, the other a file: {_BOTH_OF_A_KIND}"
        )
    else:
        return _revisions(versions, build, measure)
    question = compared(sides[0], sides[1], (before, after), measure)
    return _with_commits(question, versions.context, measure)


def _fixes(
    versions: VersionOptions, build: BuildOptions, measure: MeasureOptions
) -> ProofQuestion:
    """A Dockerfile, and what its fixes make of it."""
    before = on_disk(versions.context, build)
    safeties = UNSAFE if versions.unsafe_fixes else SAFE
    after, parts = fixed(before, tuple(safeties))
    if not parts:
        raise UsageError(
            "`lightship fix` would change nothing here, so there is nothing to prove"
        )
    names = ("as it is", "with the fixes")
    question = compared(before, after, names, measure, parts)
    return _with_commits(question, versions.context, measure)


def _revisions(
    versions: VersionOptions, build: BuildOptions, measure: MeasureOptions
) -> ProofQuestion:
    """Two commits, or a commit and the files on the disk."""
    try:
        repository = Repository(versions.context, build)
        _check_revisions(versions, repository)
    except GitError as error:
        absent = [
            name
            for name in (versions.before, versions.after)
            if name is not None and not os.path.exists(name)
        ]
        if absent:
            raise UsageError(_no_such(absent, error)) from error
        raise GitError(f"{error}; {_BOTH_OF_A_KIND}, or --fix") from error

    since = versions.before or "HEAD"
    before = repository.commit(since, {})
    if versions.after:
        after = repository.commit(versions.after, {})
    else:
        after = repository.working_tree(since, {})
    names = (since, versions.after or "the files on the disk")
    question = compared(before, after, names, measure)
    question = _with_commits(question, versions.context, measure)
    commit = repository.history.resolve(versions.after or "HEAD")
    return replace(question, commit=commit.id)


def _check_revisions(versions: VersionOptions, repository: Repository) -> None:
    """A GitError for a name that is no commit."""
    for name in (versions.before, versions.after):
        if name is not None:
            repository.history.resolve(name)


def _no_such(names: Sequence[str], error: GitError) -> str:
    """What is wrong with names that are neither on the disk nor in a repository."""
    verb = "does" if len(names) == 1 else "do"
    return f"{' and '.join(names)} {verb} not exist as a file or directory, and {error}"


def compared(
    before: Side,
    after: Side,
    names: tuple[str, str],
    measure: MeasureOptions,
    parts: Sequence[ChangePart] = (),
) -> ProofQuestion:
    """The Question of two versions; a UsageError where they are the same.

    `parts` are those of the change; without any, the change is taken apart where that is asked for.
    """
    if not _differ(before, after):
        raise UsageError(
            f"{names[0]} and {names[1]} are the same: there is nothing to prove"
        )
    if not measure.attribute:
        parts = ()
    elif not parts:
        parts = hunks(before, after)
    texts = _texts(before, after)
    shown = "".join(diff(path, *pair) for path, pair in texts.items())
    return ProofQuestion(before, after, names, tuple(parts), diff=shown)


def _with_commits(
    question: ProofQuestion, context: str, measure: MeasureOptions
) -> ProofQuestion:
    """With the trees of the last commits, and of the one before them, where that is asked for."""
    if not measure.commits:
        return question
    history = open_history(context)
    walk = history.walk(measure.commits)
    trees: list[FileTree] = []
    if walk.start_commit is not None:
        trees.append(walk.start)
    trees += [history.tree(commit.id) for commit in walk.commits]
    return replace(question, commits=tuple(trees))


def _differ(before: Side, after: Side) -> bool:
    if before.build.dockerfile.text != after.build.dockerfile.text:
        return True
    old, new = before.tree, after.tree
    if old.files.keys() != new.files.keys():
        return True
    return any(
        old.files[path].mode != new.files[path].mode
        or old.identity(path) != new.identity(path)
        for path in old.files
    )


def _texts(before: Side, after: Side) -> dict[str, tuple[str, str]]:
    """The Dockerfile and the ignore file on both sides, where they differ."""
    name = after.build.path or "Dockerfile"
    texts = {name: (before.build.dockerfile.text, after.build.dockerfile.text)}
    for side in (before, after):
        context = side.build.context
        path = context.ignore_path if context is not None else None
        if path is not None:
            texts[path] = (_text(before, path), _text(after, path))
    return {path: pair for path, pair in texts.items() if pair[0] != pair[1]}


def _text(side: Side, path: str) -> str:
    context = side.build.context
    if context is None:
        return ""
    return context.read(path) or ""


def on_disk(context: str, options: BuildOptions) -> Side:
    """The directory as it is, with a Dockerfile that may lie beside it."""
    if options.dockerfile is None:
        return _without_own(folder_side(context, options, {}))
    return _with_dockerfile(context, options.dockerfile, options)


def _with_dockerfile(folder: str, dockerfile: str, options: BuildOptions) -> Side:
    """A directory, and any Dockerfile."""
    tree = folder_tree(folder)
    relative = os.path.relpath(os.path.abspath(dockerfile), os.path.abspath(folder))
    relative = relative.replace(os.sep, "/")

    def read(path: str) -> bytes | None:
        place = os.path.join(folder, path)
        return read_file(place) if os.path.isfile(place) else None

    inside = None if relative.startswith("../") else relative
    context = Context(tree.files.values, read, relative)
    build = build_in(folder, read_file(dockerfile), context, inside, options, {})
    return _without_own(Side(build, tree))


def _without_own(side: Side) -> Side:
    """Without what lightship keeps there itself."""
    files = {
        path: file
        for path, file in side.tree.files.items()
        if path.split("/")[0] != _OWN
    }
    if len(files) == len(side.tree.files):
        return side
    return Side(side.build, replace(side.tree, files=files))


def changed_often(context: str) -> list[str]:
    """The files of the context that the last commits changed, most often first.

    None without a repository.
    """
    try:
        walk = open_history(context).walk(_LOOKED_AT)
        counts = Counter(
            change.path for revision in walk.revisions for change in revision.changes
        )
    except GitError:
        return []
    return [path for path, _ in counts.most_common()]
