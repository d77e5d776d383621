"""Where a Dockerfile lay before it was moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lightship.cache.replay.past import Commit, Revision

_NAME = "dockerfile"
# Share of the lines that an older one must have in common, as git takes a file for a renamed one
_ALIKE = 0.5


def dockerfile_paths(
    revisions: Iterable[Revision],
    path: str,
    read: Callable[[Commit, str], bytes | None],
) -> dict[str, str]:
    """The path of the Dockerfile in each commit, by its id, going back from the last, where
    it is `path`.

    A commit that adds it and takes away a file of alike content has moved it. `read` gives a file
    of a commit.
    """
    found: dict[str, str] = {}
    moves: dict[str, list[str]] = {}
    order: list[Commit] = []
    for revision in revisions:
        order.append(revision.commit)
        gone = [
            change.path
            for change in revision.changes
            if change.file is None and _may_be(change.path)
        ]
        if gone:
            moves[revision.commit.id] = gone
    for at in range(len(order) - 1, -1, -1):
        commit = order[at]
        found[commit.id] = path
        if at and commit.id in moves and read(order[at - 1], path) is None:
            text = read(commit, path) or b""
            older = {
                each: read(order[at - 1], each) or b"" for each in moves[commit.id]
            }
            best = max(older, key=lambda each: _alike(older[each], text))
            path = best if _alike(older[best], text) >= _ALIKE else path
    return found


def _may_be(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return _NAME in name or "containerfile" in name


def _alike(one: bytes, other: bytes) -> float:
    """The share of lines that two texts have in common."""
    first, second = set(one.splitlines()), set(other.splitlines())
    return len(first & second) / max(len(first | second), 1)
