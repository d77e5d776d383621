"""From a repository to the history that is replayed."""

from __future__ import annotations

from lightship.build import Build
from lightship.cache.replay.past import Commit, Dockerfiles, Past, Revision, Version
from lightship.cache.replay.renames import dockerfile_paths
from lightship.cache.selection.context_tree import ContextChange, FileTree
from lightship.context.files import File
from lightship.flows.cache.sides import Repository

_HEAD = File(".git/HEAD", 41)


def past_of(
    repository: Repository,
    count: int,
    branch: str | None,
    *,
    with_git: bool = False,
) -> Past:
    """The last commits of a branch.

    With `with_git` each has a file of `.git`, which every commit changes.
    """
    history = repository.history
    walk = history.walk(count, branch)

    def tree_at(commit: Commit) -> FileTree:
        tree = history.tree(commit.id)
        if with_git:
            tree = in_clone(tree, commit.id)
        return tree

    def read(commit: Commit, path: str) -> bytes | None:
        return repository.at(commit.id, path)

    start = walk.start
    start_commit = walk.start_commit
    revisions = walk.revisions
    if with_git:
        revisions = map(_with_git, revisions)
        if start_commit is not None:
            start = in_clone(start, start_commit.id)
    return Past(start, start_commit, revisions, tree_at, read, walk.notes)


def in_clone(tree: FileTree, content: str) -> FileTree:
    """A tree with `.git`, for which one file stands; `content` tells one from another."""

    def identity(path: str) -> str:
        if path == _HEAD.path:
            return content
        return tree.identity(path)

    files = dict(tree.files)
    files[_HEAD.path] = _HEAD
    return FileTree(files, identity, tree.read)


def _with_git(revision: Revision) -> Revision:
    commit = revision.commit
    change = ContextChange(_HEAD.path, _HEAD, commit.id)
    changes = (*revision.changes, change)
    return Revision(commit, changes)


def dockerfiles_of(
    repository: Repository,
    past: Past,
    today: Build,
    *,
    historic: bool,
) -> Dockerfiles:
    """The Dockerfile of each commit: today's for all.

    If `historic`, each commit's own, wherever it lay then.
    """
    if not historic:
        return Dockerfiles.always(today)

    def read(commit: Commit, path: str) -> bytes | None:
        return repository.at(commit.id, path)

    today_path = repository.dockerfile
    paths = dockerfile_paths(past.revisions, today_path, read)

    def path_at(commit: Commit) -> str:
        return paths.get(commit.id, today_path)

    def version(commit: Commit) -> Version:
        path = path_at(commit)
        names = (path, f"{path}.dockerignore", ".dockerignore")
        contents = [repr(read(commit, name)) for name in names]
        return (path, *contents)

    def build(commit: Commit) -> Build:
        tree = past.tree_at(commit)
        path = path_at(commit)
        return repository.build(commit.id, tree, path)

    return Dockerfiles(version, build)
