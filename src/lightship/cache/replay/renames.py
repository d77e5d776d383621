"""Where a Dockerfile lay before it was renamed."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable

from lightship.cache.replay.past import Commit, Revision

_NAMES = ("dockerfile", "containerfile")
# Share of the lines that an older one must have in common, as git takes a file for a renamed one
_ALIKE = 0.5

Read = Callable[[Commit, str], bytes | None]


def dockerfile_paths(
    revisions: Iterable[Revision],
    path: str,
    read: Read,
) -> dict[str, str]:
    """The path of the Dockerfile in each commit, by its id; in the last one it is `path`.

    A commit that adds it and removes a file of alike content has renamed it. `read` gives a file
    of a commit.
    """
    commits: list[Commit] = []
    removed: dict[str, list[str]] = {}
    for revision in revisions:
        commit = revision.commit
        commits.append(commit)
        removed[commit.id] = _removed(revision)

    paths: dict[str, str] = {}
    # From the last commit back to the first
    while commits:
        commit = commits.pop()
        paths[commit.id] = path
        candidates = removed[commit.id]
        if commits and candidates:
            earlier = commits[-1]
            path = _path_before(earlier, commit, path, candidates, read)
    return paths


def _path_before(
    earlier: Commit,
    commit: Commit,
    path: str,
    removed: list[str],
    read: Read,
) -> str:
    """Where the Dockerfile lay before a commit that removed the files `removed`."""
    text_before = read(earlier, path)
    if text_before is not None:
        return path

    text = read(commit, path) or b""
    renamed = _renamed_from(removed, earlier, text, read)
    return renamed or path


def _removed(revision: Revision) -> list[str]:
    """The files that a commit removed and that may have been a Dockerfile."""
    removed: list[str] = []
    for change in revision.changes:
        is_removed = change.file is None
        if is_removed and _may_be_dockerfile(change.path):
            removed.append(change.path)
    return removed


def _may_be_dockerfile(path: str) -> bool:
    name = posixpath.basename(path).lower()
    return any(usual in name for usual in _NAMES)


def _renamed_from(
    paths: list[str],
    commit: Commit,
    text: bytes,
    read: Read,
) -> str:
    """The one of `paths` whose content is most like `text`; empty where none is like it."""
    shares: dict[str, float] = {}
    for path in paths:
        before = read(commit, path) or b""
        shares[path] = _shared_lines(before, text)

    best = max(paths, key=shares.__getitem__)
    if shares[best] < _ALIKE:
        return ""
    return best


def _shared_lines(before: bytes, after: bytes) -> float:
    """The share of lines that two texts have in common."""
    old = set(before.splitlines())
    new = set(after.splitlines())
    total = len(old | new)
    if not total:
        return 0.0
    shared = len(old & new)
    return shared / total
