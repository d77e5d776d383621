"""Proofs that a branch keeps, as CI may commit them: read from git, without checking it out."""

from __future__ import annotations

from collections.abc import Callable

from lightship.cache.selection.context_tree import FileTree
from lightship.errors import LightshipError, UsageError
from lightship.history import GitHistory, open_history
from lightship.proof.proof import Proof
from lightship.report.proof.read_json import read_json
from lightship.wording.printable import escaped

_KEPT = ".lightship/proofs"
_END = ".json"
_MOST = 1000  # files that are read


def branch_proofs(
    context: str, place: str, passed_over: Callable[[str], None]
) -> list[Proof]:
    """All proofs of a branch, or another commit, of the repository of `context`.

    `place` is `BRANCH`, or `BRANCH:PATH` with a file or directory from the root of the repository.
    Without a path it is `.lightship/proofs` of the build context or of the root, else the root
    itself. A GitError where there is no such commit, a UsageError where nothing is at the path.
    """
    history = open_history(context)
    ref, colon, path = place.partition(":")
    commit = history.resolve(ref).id
    wanted = path.strip("/") if colon else None
    files = _files_at(history, commit, wanted)
    proofs: list[Proof] = []
    for name, data in files.items():
        try:
            proof = read_json(data, f"{ref}:{escaped(name)}")
        except LightshipError as error:
            passed_over(f"skipped: {error}")
            continue
        proofs.append(proof)
    return proofs


def _usual_files(history: GitHistory, commit: str) -> dict[str, bytes]:
    folders = ["/".join(filter(None, (history.prefix, _KEPT))), _KEPT, ""]
    for folder in dict.fromkeys(folders):
        found = _in_folder(history.folder(commit, folder), folder)
        if found:
            return found
    return {}


def _files_at(history: GitHistory, commit: str, path: str | None) -> dict[str, bytes]:
    """The proofs in a directory, or a file alone; where no path is given, in the usual places."""
    if path is None:
        return _usual_files(history, commit)
    data = history.read(commit, path)
    if data is not None:
        return {path: data}
    tree = history.folder(commit, path)
    if not tree.files:
        raise UsageError(f"{escaped(path)} is not in that commit, or is too large")
    return _in_folder(tree, path)


def _in_folder(tree: FileTree, folder: str) -> dict[str, bytes]:
    """The files right in a directory that may be proofs, by their paths from the root."""
    found: dict[str, bytes] = {}
    for name in sorted(tree.files):
        if len(found) == _MOST:
            break
        is_proof = name.endswith(_END) and "/" not in name
        data = tree.read(name) if is_proof else None
        if data is not None:
            path = f"{folder}/{name}" if folder else name
            found[path] = data
    return found
