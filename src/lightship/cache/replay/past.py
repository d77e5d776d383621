"""`Past`: the history that is replayed, commit by commit, and the Dockerfile of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lightship.build import Build
from lightship.cache.selection.context_tree import ContextChange, FileTree
from lightship.record import record

# What names a Dockerfile and its ignore file, as they are in one commit
Version = tuple[str, ...]


@record
class Commit:
    """A commit: `id` in hex, `time` in seconds since 1970 UTC, the first line of its message,
    its number of parents.
    """

    id: str
    time: int
    subject: str
    parents: int = 1


@record(eq=False)
class Revision:
    """A commit and what it changed against the one before it in the walk, below the root of
    the build context.
    """

    commit: Commit
    changes: tuple[ContextChange, ...]


@record(eq=False)
class Past:
    """The history that is replayed: the tree before the first commit, then what each commit
    changed, oldest first.

    `start_commit` is None, and `start` empty, where history begins with the first commit.
    `tree_at` gives all files of a commit, `read` the bytes of one (of a symlink its target).
    """

    start: FileTree
    start_commit: Commit | None
    revisions: Iterable[Revision]
    tree_at: Callable[[Commit], FileTree]
    read: Callable[[Commit, str], bytes | None]
    notes: tuple[str, ...] = ()


@record(eq=False)
class Dockerfiles:
    """Which Build belongs to a commit.

    `version` tells when it is another. A LightshipError where there is none yet.
    """

    version: Callable[[Commit], Version]
    build: Callable[[Commit], Build]
    fixed: bool = False

    @classmethod
    def always(cls, build: Build) -> Dockerfiles:
        """Today's Dockerfile and ignore file, over the whole history."""
        return cls(lambda _: (), lambda _: build, fixed=True)
