"""Where a Dockerfile lay before it was renamed."""

from __future__ import annotations

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
        commits.append(revision.commit)
        removed[revision.commit.id] = _removed(revision)

    paths: dict[str, str] = {}
    for at, commit in reversed(list(enumerate(commits))):
        paths[commit.id] = path
        gone = removed[commit.id]
        if at == 0 or not gone:
            continue
        earlier = commits[at - 1]
        if read(earlier, path) is None:
            text = read(commit, path) or b""
            path = _renamed_from(gone, earlier, text, read) or path
    return paths


def _removed(revision: Revision) -> list[str]:
    """The files that a commit removed and that may have been a Dockerfile."""
    paths: list[str] = []
    for change in revision.changes:
        is_gone = change.file is None
        if is_gone and _may_be_dockerfile(change.path):
            paths.append(change.path)
    return paths


def _may_be_dockerfile(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return any(usual in name for usual in _NAMES)


def _renamed_from(paths: list[str], commit: Commit, text: bytes, read: Read) -> str:
    """The one of `paths` whose content is most like `text`; empty where none is like it."""
    shares: dict[str, float] = {}
    for path in paths:
        before = read(commit, path) or b""
        shares[path] = _shared_lines(before, text)
    best = max(paths, key=shares.__getitem__)
    return best if shares[best] >= _ALIKE else ""


def _shared_lines(before: bytes, after: bytes) -> float:
    """The share of lines that two texts have in common."""
    old = set(before.splitlines())
    new = set(after.splitlines())
    return len(old & new) / max(len(old | new), 1)
