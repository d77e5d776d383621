"""`CommitWalk`: the last commits of a branch, and what each changed below the build context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import pygit2

from lightship.cache.replay.past import Commit, Revision
from lightship.cache.selection.context_tree import FileTree
from lightship.errors import GitError
from lightship.history import lfs
from lightship.history.git_trees import changes, file_at, folder_at, tree_of
from lightship.history.notes import notes_of
from lightship.history.objects import FAILURES, Objects
from lightship.record import record
from lightship.text import decode

_LONGEST_SHOWN = 500  # characters of a subject or a name
# The end of the year 9999: git keeps whatever number it is told.
_LATEST = 253_402_300_799


@record(eq=False)
class CommitWalk:
    """Commits, oldest first, each against the one before it.

    `start` are the files of `start_commit`, the commit before them all, which fills the cache;
    without one, where history begins, there are none. `revisions` are as many as `commits`: each
    time that it is gone through git is read again, so that no more than one commit's changes are
    held. `notes` are what the user must know of this history.
    """

    start: FileTree
    start_commit: Commit | None
    commits: tuple[Commit, ...]
    revisions: Iterable[Revision]
    notes: tuple[str, ...] = ()


@record(eq=False)
class _Revisions:
    objects: Objects
    prefix: str
    trees: Sequence[bytes | None]  # of the start, and of each commit
    commits: Sequence[Commit]

    def __iter__(self) -> Iterator[Revision]:
        roots = map(self.root_of, self.trees)
        before = next(roots)
        for commit, after in zip(self.commits, roots, strict=True):
            changed = changes(self.objects, before, after)
            yield Revision(commit, changed)
            before = after

    def root_of(self, tree: bytes | None) -> bytes | None:
        """The directory of the build context in the tree of a commit."""
        if tree is None:
            return None
        return folder_at(self.objects, tree, self.prefix)


def walk(
    repository: pygit2.Repository,
    objects: Objects,
    tip: pygit2.Commit,
    prefix: str,
    count: int,
) -> CommitWalk:
    """The last `count` commits that lead to `tip`; fewer where history is shorter."""
    raw, is_cut = first_parents(repository, tip, count + 1)
    known = [commit_of(commit) for commit in raw]
    trees: list[bytes | None] = [commit.tree_id.raw for commit in raw]

    # One commit more than was asked for fills the cache; so does the end of a shallow clone.
    is_longer = len(raw) > count
    has_start = is_longer or (is_cut and len(raw) > 1)
    start_commit = known[0] if has_start else None
    commits = tuple(known[1:] if has_start else known)
    if not has_start:
        trees.insert(0, None)

    revisions = _Revisions(objects, prefix, trees, commits)
    start = tree_of(objects, revisions.root_of(trees[0]))
    last = tree_of(objects, revisions.root_of(tip.tree_id.raw))
    cut_at = known[0] if is_cut and not is_longer else None
    notes = (
        *notes_of(objects, commits, count, cut_at, last, start),
        *lfs.notes(last, _attributes(objects, tip, prefix)),
    )
    return CommitWalk(start, start_commit, commits, revisions, notes)


def _attributes(objects: Objects, tip: pygit2.Commit, prefix: str) -> Iterator[bytes]:
    """What stands in `.gitattributes` above the build context."""
    names = prefix.split("/") if prefix else []
    for depth in range(len(names)):
        path = "/".join((*names[:depth], ".gitattributes"))
        with suppress(GitError):  # a partial clone need not have it
            yield file_at(objects, tip.tree_id.raw, path) or b""


def first_parents(
    repository: pygit2.Repository, tip: pygit2.Commit, most: int
) -> tuple[list[pygit2.Commit], bool]:
    """At most so many commits along first parents, oldest first.

    Then whether a shallow clone has no more though there were more.

    libgit2 says that the last commits of a shallow clone have no parents; what the clone left out
    is in `.git/shallow`.
    """
    commits = [tip]
    while len(commits) < most and commits[-1].parent_ids:
        parent = commits[-1].parent_ids[0]
        commits.append(commit_at(repository, parent))
    is_short = len(commits) < most
    is_cut = is_short and repository.is_shallow and _has_parents(commits[-1])
    return commits[::-1], is_cut


def _has_parents(commit: pygit2.Commit) -> bool:
    """Whether the commit itself names parents, whatever a shallow clone makes of it."""
    head = commit.read_raw().partition(b"\n\n")[0]
    return any(line.startswith(b"parent ") for line in head.split(b"\n"))


def commit_at(repository: pygit2.Repository, id_: pygit2.Oid) -> pygit2.Commit:
    """A commit by its id; a GitError where it is missing or something else."""
    try:
        return repository[id_].peel(pygit2.Commit)
    except FAILURES as error:
        raise GitError(
            f"commit {id_}, the parent of another, cannot be read: {error}"
        ) from error


def commit_of(commit: pygit2.Commit) -> Commit:
    """What is said of a commit: text in whatever encoding as far as it is UTF-8."""
    subject = decode(commit.raw_message).strip().partition("\n")[0].strip()
    time = min(max(commit.commit_time, 0), _LATEST)
    return Commit(
        str(commit.id),
        time,
        _shown(subject),
        len(commit.parent_ids),
    )


def _shown(text: str) -> str:
    """Text of strangers: what is not UTF-8, or would move a terminal's cursor, as `?`."""
    data = text.encode("utf-8", "surrogateescape")
    text = data.decode("utf-8", "replace")[:_LONGEST_SHOWN]
    if text.isprintable():
        return text
    return "".join(map(_printable, text))


def _printable(char: str) -> str:
    return char if char.isprintable() else "?"
