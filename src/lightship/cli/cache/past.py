"""From a repository to the history that is replayed."""

from __future__ import annotations

from lightship.build import Build
from lightship.cache.model import Commit
from lightship.cache.moved import paths_over
from lightship.cache.replay import Dockerfiles, Past
from lightship.cli.cache.sides import Repository


def past_of(repository: Repository, count: int, branch: str | None) -> Past:
    """The last commits of a branch."""
    walk = repository.history.walk(count, branch)
    return Past(
        walk.start,
        walk.start_commit,
        walk.revisions,
        lambda commit: repository.history.tree(commit.id),
        lambda commit, path: repository.at(commit.id, path),
        walk.notes,
    )


def dockerfiles_of(repository: Repository, past: Past, today: Build, *, historic: bool) -> Dockerfiles:
    """Today's Dockerfile for all commits or, if `historic`, each commit's own, wherever it lay then."""
    if not historic:
        return Dockerfiles.always(today)
    paths = paths_over(past.revisions, repository.dockerfile, lambda commit, path: repository.at(commit.id, path))

    def path_at(commit: Commit) -> str:
        return paths.get(commit.id, repository.dockerfile)

    def version(commit: Commit) -> tuple[str, ...]:
        path = path_at(commit)
        files = (path, f"{path}.dockerignore", ".dockerignore")
        return (path, *(repr(repository.at(commit.id, each)) for each in files))

    return Dockerfiles(
        version,
        lambda commit: repository.build(commit.id, past.tree_at(commit), {}, path_at(commit)),
    )
