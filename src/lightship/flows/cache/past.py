"""From a repository to the history that is replayed."""

from __future__ import annotations

from lightship.build import Build
from lightship.cache.replay.past import Commit, Dockerfiles, Past, Revision
from lightship.cache.replay.renames import dockerfile_paths
from lightship.cache.selection.context_tree import ContextChange, FileTree
from lightship.context.files import File
from lightship.flows.cache.sides import Repository

_HEAD = File(".git/HEAD", 41)


def past_of(
    repository: Repository, count: int, branch: str | None, *, with_git: bool = False
) -> Past:
    """The last commits of a branch.

    With `with_git` each has a file of `.git`, which every commit changes.
    """
    walk, tree = repository.history.walk(count, branch), repository.history.tree
    return Past(
        _in_clone(walk.start, walk.start_commit)
        if with_git and walk.start_commit
        else walk.start,
        walk.start_commit,
        (_with_git(each) for each in walk.revisions) if with_git else walk.revisions,
        lambda commit: (
            _in_clone(tree(commit.id), commit) if with_git else tree(commit.id)
        ),
        lambda commit, path: repository.at(commit.id, path),
        walk.notes,
    )


def _in_clone(tree: FileTree, commit: Commit) -> FileTree:
    """A tree with `.git`, for which one file stands."""

    def identity(path: str) -> str:
        return commit.id if path == _HEAD.path else tree.identity(path)

    return FileTree({**tree.files, _HEAD.path: _HEAD}, identity, tree.read)


def _with_git(revision: Revision) -> Revision:
    return Revision(
        revision.commit,
        (*revision.changes, ContextChange(_HEAD.path, _HEAD, revision.commit.id)),
    )


def dockerfiles_of(
    repository: Repository, past: Past, today: Build, *, historic: bool
) -> Dockerfiles:
    """The Dockerfile of each commit: today's for all.

    If `historic`, each commit's own, wherever it lay then.
    """
    if not historic:
        return Dockerfiles.always(today)
    paths = dockerfile_paths(
        past.revisions,
        repository.dockerfile,
        lambda commit, path: repository.at(commit.id, path),
    )

    def path_at(commit: Commit) -> str:
        return paths.get(commit.id, repository.dockerfile)

    def version(commit: Commit) -> tuple[str, ...]:
        path = path_at(commit)
        files = (path, f"{path}.dockerignore", ".dockerignore")
        return (path, *(repr(repository.at(commit.id, each)) for each in files))

    return Dockerfiles(
        version,
        lambda commit: repository.build(
            commit.id, past.tree_at(commit), {}, path_at(commit)
        ),
    )
