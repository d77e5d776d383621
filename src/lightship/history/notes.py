"""What a user must know of a history before he believes what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lightship.cache.replay.past import Commit
from lightship.cache.selection.context_tree import FileTree
from lightship.context.files import FileKind
from lightship.history.objects import Objects
from lightship.wording.lists import first_few

_SHOWN = 3  # names in a sentence


def notes_of(
    objects: Objects,
    commits: Sequence[Commit],
    count: int,
    cut_at: Commit | None,
    last: FileTree,
    start: FileTree,
) -> tuple[str, ...]:
    """Sentences about a walk.

    `cut_at` is where a shallow clone ends; `last` and `start` are the files at both ends.
    """
    return tuple(
        note
        for note in (
            _length(commits, count, cut_at),
            _merges(commits),
            _submodules(last, start),
            _partial(objects),
            _left_out(objects),
        )
        if note
    )


def _length(commits: Sequence[Commit], count: int, cut_at: Commit | None) -> str:
    if cut_at is not None:
        fills_cache = len(commits) and commits[0].id != cut_at.id
        role = "fills the cache" if fills_cache else "is built from scratch"
        return (
            f"this shallow clone has only {len(commits)} of the {count} commits asked for "
            f"({cut_at.id[:12]} {role}): run `git fetch --unshallow`"
        )
    if len(commits) < count:
        return (
            f"history has only {len(commits)} of the {count} commits asked for: "
            "the first is built from scratch"
        )
    return ""


def _merges(commits: Sequence[Commit]) -> str:
    merges = sum(commit.parents > 1 for commit in commits)
    if not merges:
        return ""
    return (
        f"{merges} of {len(commits)} commits are merges, "
        "each counted as one build of all its changes"
    )


def _submodules(last: FileTree, start: FileTree) -> str:
    paths = {
        file.path
        for tree in (last, start)
        for file in tree.files.values()
        if file.kind is FileKind.DIRECTORY
    }
    if not paths:
        return ""
    return (
        f"submodules ({named(paths)}) count as empty directories, "
        "as a plain `git clone` has them"
    )


def _partial(objects: Objects) -> str:
    if not objects.unsized:
        return ""
    return f"this clone is partial: size and content of {len(objects.unsized)} files are unknown"


def _left_out(objects: Objects) -> str:
    if not objects.left_out:
        return ""
    return f"entries whose names git never checks out are skipped: {named(objects.left_out)}"


def named(paths: Iterable[str]) -> str:
    """The first few of them, and that there are more."""
    return first_few(sorted(paths), _SHOWN)
