"""From what a user names to a Question: two versions and the parts of the change between them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lightship.bench.proof_run import ProofQuestion
from lightship.builds.definition import BuildSourceKind
from lightship.cache.keys.moment import dockerfile_of
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.errors import GitError, UsageError
from lightship.flows.build_options import BuildOptions
from lightship.flows.cache.sides import Repository, folder_side, open_repository
from lightship.flows.proof.changed_texts import build_texts, diff_of
from lightship.flows.proof.requests import MeasureOptions, VersionOptions
from lightship.flows.take_build import TakenBuild, take_build
from lightship.history import open_history
from lightship.lint.fixes import SAFE, UNSAFE
from lightship.proof.change_parts import ChangePart, fixed, hunks
from lightship.proof.proof import Weights
from lightship.proof.weighing import mix_of, with_weights

OWN = ".lightship"
_BOTH_OF_A_KIND = "name two directories or two Dockerfiles"
_LOOKED_AT = 200  # commits, for what is changed most often


def build_of_versions(versions: VersionOptions, build: BuildOptions) -> TakenBuild:
    """The build that both versions are of.

    Of two Dockerfiles it is that of the first one of which a file of the repository speaks. Two
    directories have each their own.
    """
    before = versions.before
    after = versions.after
    context = versions.context
    if before is None or after is None or not _exist(before, after):
        return take_build(context, build)

    unknown = TakenBuild(context or ".", build)
    if os.path.isdir(after):
        own = take_build(after, build)
        return replace(unknown, named_contexts=own.named_contexts, lines=own.lines)

    for dockerfile in (before, after):
        options = replace(build, dockerfile=dockerfile)
        taken = take_build(context, options)
        if _is_written(taken):
            return taken
    return unknown


def _is_written(taken: TakenBuild) -> bool:
    """Whether a file of the repository says how it is built."""
    definition = taken.options.definition
    if definition is None:
        return False
    return definition.kind is not BuildSourceKind.GUESS


def _exist(before: str, after: str) -> bool:
    return os.path.exists(before) and os.path.exists(after)


def question_of(
    versions: VersionOptions,
    taken: TakenBuild,
    measure: MeasureOptions,
) -> ProofQuestion:
    """What is to be proven; a UsageError for names that go with nothing."""
    before = versions.before
    after = versions.after
    if versions.fix or versions.unsafe_fixes:
        if before or after:
            raise UsageError(
                "--fix compares the Dockerfile with itself: leave out BEFORE and AFTER"
            )
        return _fixes(versions, taken, measure)
    if before and after and _exist(before, after):
        return _places(before, after, taken, measure)
    return _revisions(versions, taken, measure)


def _places(
    before: str,
    after: str,
    taken: TakenBuild,
    measure: MeasureOptions,
) -> ProofQuestion:
    """Two directories, or two Dockerfiles in the same build context."""
    if os.path.isdir(before) != os.path.isdir(after):
        raise UsageError(
            f"one of {before} and {after} is a directory, the other a file: {_BOTH_OF_A_KIND}"
        )
    old = _side_at(before, taken)
    new = _side_at(after, taken)
    question = compared(old, new, (before, after), measure)
    return _with_commits(question, taken.context, measure)


def _side_at(place: str, taken: TakenBuild) -> Side:
    """A directory with its own build, or a Dockerfile in the context of `taken`."""
    if os.path.isdir(place):
        own = take_build(place, taken.options)
        return on_disk(own.context, own.options)
    options = replace(taken.options, dockerfile=place)
    return on_disk(taken.context, options)


def _fixes(
    versions: VersionOptions,
    taken: TakenBuild,
    measure: MeasureOptions,
) -> ProofQuestion:
    """A Dockerfile, and what its fixes make of it."""
    before = on_disk(taken.context, taken.options)
    safeties = UNSAFE if versions.unsafe_fixes else SAFE
    after, parts = fixed(before, tuple(safeties))
    if not parts:
        raise UsageError(
            "`lightship fix` would change nothing here, so there is nothing to prove"
        )
    names = ("as it is", "with the fixes")
    question = compared(before, after, names, measure, parts)
    return _with_commits(question, taken.context, measure)


def _revisions(
    versions: VersionOptions,
    taken: TakenBuild,
    measure: MeasureOptions,
) -> ProofQuestion:
    """Two commits, or a commit and the files on the disk."""
    try:
        repository = open_repository(taken.context, taken.options)
        _check_revisions(versions, repository)
    except GitError as error:
        absent = _absent(versions)
        if absent:
            raise UsageError(_no_such(absent, error)) from error
        raise GitError(f"{error}; {_BOTH_OF_A_KIND}, or --fix") from error

    since = versions.before or "HEAD"
    before = repository.commit(since)
    after = repository.version(versions.after, since)
    titles = (since, versions.after or "the files on the disk")
    question = compared(before, after, titles, measure)
    question = _with_commits(question, taken.context, measure)
    commit = repository.history.resolve(versions.after or "HEAD")
    return replace(question, commit=commit.id)


def _check_revisions(versions: VersionOptions, repository: Repository) -> None:
    """A GitError for a name that is not a commit."""
    for name in (versions.before, versions.after):
        if name is not None:
            repository.history.resolve(name)


def _absent(versions: VersionOptions) -> list[str]:
    """What is named and is nothing on the disk."""
    names = filter(None, (versions.before, versions.after))
    return [name for name in names if not os.path.exists(name)]


def _no_such(names: Sequence[str], error: GitError) -> str:
    """What is wrong with names that are neither on the disk nor in a repository."""
    named = " and ".join(names)
    verb = "does" if len(names) == 1 else "do"
    return f"{named} {verb} not exist as a file or directory, and {error}"


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
        named = " and ".join(names)
        raise UsageError(f"{named} are the same: there is nothing to prove")
    if not measure.attribute:
        parts = ()
    elif not parts:
        parts = hunks(before, after)

    texts = build_texts(before, after)
    diff = diff_of(texts)
    return ProofQuestion(before, after, names, tuple(parts), diff=diff)


def _with_commits(
    question: ProofQuestion,
    context: str,
    measure: MeasureOptions,
) -> ProofQuestion:
    """With the trees of the last commits, and of the one before them, where that is asked for."""
    if not measure.commits:
        return question
    history = open_history(context)
    walk = history.walk(measure.commits)
    trees: list[FileTree] = []
    if walk.start_commit is not None:
        trees.append(walk.start)
    for commit in walk.commits:
        tree = history.tree(commit.id)
        trees.append(tree)
    return replace(question, commits=tuple(trees))


def _differ(before: Side, after: Side) -> bool:
    old_text = before.build.dockerfile.text
    new_text = after.build.dockerfile.text
    if old_text != new_text:
        return True

    old = before.tree
    new = after.tree
    if old.files.keys() != new.files.keys():
        return True
    return any(_is_changed(path, old, new) for path in old.files)


def _is_changed(path: str, old: FileTree, new: FileTree) -> bool:
    before = old.files[path]
    after = new.files[path]
    if before.mode != after.mode:
        return True
    return old.identity(path) != new.identity(path)


def on_disk(context: str, options: BuildOptions) -> Side:
    """The directory as it is, with a Dockerfile that may lie beside it."""
    side = folder_side(context, options)
    return without_own(side)


def without_own(side: Side) -> Side:
    """Without what lightship keeps there itself, in the directory where it was started."""
    tree = side.tree
    files = dict(tree.files)
    for path in tree.files:
        if OWN in path.split("/"):
            del files[path]
    kept = replace(tree, files=files)
    return Side(side.build, kept)


def changed_often(context: str) -> list[str]:
    """The files of the context that the last commits changed, most often first.

    None without a repository.
    """
    counts: Counter[str] = Counter()
    for paths in changes_of(context):
        counts.update(paths)
    return [path for path, _count in counts.most_common()]


def changes_of(context: str) -> list[list[str]]:
    """The paths of the context that each of the last commits changed; none without a repository."""
    changes: list[list[str]] = []
    try:
        walk = open_history(context).walk(_LOOKED_AT)
        for revision in walk.revisions:
            paths = [change.path for change in revision.changes]
            changes.append(paths)
    except GitError:
        return []
    return changes


def weights_of(
    question: ProofQuestion, context: str, given: Mapping[str, float]
) -> Weights:
    """What weighs how much: builds as the history asked for them, then what the user says.

    A UsageError for an unknown weight.
    """
    name = dockerfile_of(question.after.build)
    own = (name, f"{name}.dockerignore", ".dockerignore")
    weights = mix_of(changes_of(context), own, Weights())
    return with_weights(weights, given)
