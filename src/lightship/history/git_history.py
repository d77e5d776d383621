"""`GitHistory`: one repository, as far as a build context is concerned.

Nothing of it is executed: libgit2 starts no hooks, external filters, diffs, credential helpers or
file system monitors; lightship asks it for no network, and writes neither objects nor the index. So
a repository of another user, which git itself refuses because its configuration may name programs
(safe.directory), is read here like any other. The user's own configuration is read too:
`core.autocrlf` usually stands there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import pygit2
from pygit2.enums import DiffOption

from lightship.cache.remote.replayed_run import CiHistory
from lightship.cache.replay.past import Commit
from lightship.cache.selection.context_tree import FileTree
from lightship.errors import GitError
from lightship.files.trees import folder_tree
from lightship.history import plain
from lightship.history.commit_walk import CommitWalk, commit_of, walk
from lightship.history.git_trees import file_at, folder_at, tree_of
from lightship.history.objects import FAILURES, Objects
from lightship.record import record

_PARTIAL = (
    "; this clone is partial: `git fetch --refetch --no-filter` gets what it left out"
)


@record(eq=False)
class GitHistory:
    """A repository and a build context in it.

    `root` is the directory of the working tree, None for a bare repository; `prefix` is the build
    context's path from there, with `/`, empty where it is the root itself. A `ref` is whatever git
    takes for a commit: a branch, a tag, an id, `HEAD~3`. All methods raise a GitError for what is
    missing or cannot be read.
    """

    root: str | None
    prefix: str
    _name: str
    _repository: pygit2.Repository
    _objects: Objects

    def resolve(self, ref: str = "HEAD") -> Commit:
        """The commit that a ref names."""
        return commit_of(self._commit(ref))

    def tree(self, ref: str = "HEAD") -> FileTree:
        """The files of the build context at a commit; none where it did not exist yet."""
        return self.folder(ref, self.prefix)

    def folder(self, ref: str, path: str) -> FileTree:
        """The files below a directory at a commit, by its path from the repository's root."""
        root = self._commit(ref).tree_id.raw
        return tree_of(self._objects, folder_at(self._objects, root, path))

    def read(self, ref: str, path: str) -> bytes | None:
        """One file at a commit, by its path from the repository's root.

        Symlinks are followed inside the repository.

        None where there is none, or it is longer than LONGEST_READ.
        """
        return file_at(self._objects, self._commit(ref).tree_id.raw, path)

    def walk(self, count: int, branch: str | None = None) -> CommitWalk:
        """The last `count` commits along first parents, oldest first.

        They are those of a branch, or of HEAD where none is named.
        """
        return walk(
            self._repository,
            self._objects,
            self._tip(branch),
            self.prefix,
            max(count, 1),
        )

    def ci_runs(
        self, count: int, branch: str | None = None, schedule: int = 0
    ) -> CiHistory:
        """The runs of CI over the last `count` commits of a branch, or of HEAD.

        With a `schedule` the default branch is built once in so many days, too.
        """
        from lightship.history.ci_runs import ci_history  # noqa: PLC0415 - only for `--ci`

        tip = self._tip(branch)
        return ci_history(
            self._repository,
            self._objects,
            tip,
            self.prefix,
            max(count, 1),
            self._branch_name(branch),
            schedule,
        )

    def _branch_name(self, branch: str | None) -> str:
        """The name of a branch without its remote; `main` where HEAD is none."""
        if branch is not None:
            return branch.removeprefix("origin/")
        try:
            return str(self._repository.head.shorthand)
        except FAILURES:
            return "main"

    def working_tree(self, ref: str = "HEAD") -> FileTree:
        """The files on the disk, comparable with those of `ref`.

        Ignored ones and `.git` are among them, since docker sends them.

        A file that git checks out of a blob (with other line endings, or from LFS) has that blob's
        name and mode.
        """
        # Hashlib, which a replay does not need
        from lightship.history.working import compared  # noqa: PLC0415

        if self.root is None:
            raise GitError(f"{self._name} is a bare repository: it has no working tree")
        disk = folder_tree(os.path.join(self.root, self.prefix))
        if self._repository.head_is_unborn and ref == "HEAD":
            return disk
        return compared(self._repository, self.root, self.prefix, disk, self.tree(ref))

    def ignored(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of the build context's files on the disk that git ignores, and does not track."""
        tracked = {entry.path for entry in self._repository.index}
        below = f"{self.prefix}/" if self.prefix else ""
        untracked = (path for path in paths if f"{below}{path}" not in tracked)
        return frozenset(
            path
            for path in untracked
            if self._repository.path_is_ignored(f"{below}{path}")
        )

    def merge_base(self, ref: str, tip: str = "HEAD") -> str:
        """The commit that two refs both come from, by its id, as `git merge-base` says it."""
        other = self._commit(ref)
        head = self._commit(tip)
        try:
            base = self._repository.merge_base(other.id, head.id)
        except FAILURES as error:
            raise GitError(f"{self._name}: {_reason(error)}") from error
        if base is None:
            raise GitError(
                f"{self._name}: {ref!r} and {tip} have no commit in common; a shallow clone "
                "needs more history, such as fetch-depth: 0"
            )
        return str(base)

    def changed_since(self, commit: str) -> frozenset[str]:
        """The paths, from the root of the repository, at which the disk and a commit differ.

        Files that git neither tracks nor ignores are among them, as what will be committed.
        """
        if self.root is None:
            raise GitError(f"{self._name} is a bare repository: it has no working tree")
        untracked = DiffOption.INCLUDE_UNTRACKED | DiffOption.RECURSE_UNTRACKED_DIRS
        index = self._repository.index
        try:
            differences = (
                index.diff_to_tree(self._commit(commit).tree),
                index.diff_to_workdir(untracked),
            )
            paths: set[str] = set()
            for difference in differences:
                for delta in difference.deltas:
                    paths.update((delta.old_file.path, delta.new_file.path))
        except FAILURES as error:
            raise GitError(
                f"{self._name}: cannot compare the files with {commit}: {_reason(error)}"
            ) from error
        return frozenset(paths)

    def _commit(self, ref: str) -> pygit2.Commit:
        if ref == "HEAD" and self._repository.head_is_unborn:
            raise GitError(f"{self._name} has no commits yet")
        try:
            found = self._repository.revparse_single(ref).peel(pygit2.Commit)
        except FAILURES as error:
            raise GitError(
                f"{self._name} has no commit {ref!r}: {_reason(error)}{self._shallow()}"
            ) from error
        return found

    def _shallow(self) -> str:
        """What to do where the history was cut off, as CI does by default."""
        if not self._repository.is_shallow:
            return ""
        return "; this clone is shallow: fetch more of it, such as fetch-depth: 0"

    def _tip(self, branch: str | None) -> pygit2.Commit:
        """A branch's last commit.

        A local branch comes before a remote one, and that before anything else with the name.
        """
        if branch is None:
            return self._commit("HEAD")
        for name in (
            f"refs/heads/{branch}",
            f"refs/remotes/{branch}",
            branch,
            f"refs/remotes/origin/{branch}",
        ):
            try:
                return self._commit(name)
            except GitError:
                continue
        raise GitError(f"{self._name} has no branch {branch!r}{self._branches()}")

    def _branches(self) -> str:
        try:
            names = sorted(self._repository.branches.local)
        except FAILURES:  # a name that is not UTF-8
            return ""
        if not names:
            return ""
        more = " …" if len(names) > 10 else ""
        return f"; it has {', '.join(names[:10])}{more}"


def open_history(path: str) -> GitHistory:
    """The repository that a directory lies in, or that it is itself, where it is bare."""
    if not os.path.isdir(path):
        raise GitError(f"cannot read {path}: not a directory")
    real = os.path.realpath(path)
    pygit2.settings.owner_validation = False  # see above
    try:
        git_dir = pygit2.discover_repository(real)
        if git_dir is None:
            raise GitError(f"{path} is not in a git repository")
        plain.check(git_dir)
        repository = pygit2.Repository(git_dir)
        root = _root(repository, real)
    except FAILURES as error:
        raise GitError(
            f"cannot read the git repository of {path}: {_reason(error)}"
        ) from error
    advice = _PARTIAL if plain.is_partial(git_dir) else ""
    return GitHistory(
        root,
        _prefix(real, root, path),
        path,
        repository,
        Objects(repository, path, advice),
    )


def _root(repository: pygit2.Repository, real: str) -> str | None:
    """The working tree.

    As git does, a directory that holds a repository itself, not in a `.git`, is taken for bare.
    """
    git_dir = os.path.realpath(repository.path)
    is_inside = os.path.commonpath((real, git_dir)) == git_dir
    if not repository.workdir or (is_inside and os.path.basename(git_dir) != ".git"):
        return None
    return os.path.realpath(repository.workdir)


def _prefix(real: str, root: str | None, path: str) -> str:
    if root is None:
        return ""
    relative = os.path.relpath(real, root).replace(os.sep, "/")
    if (
        relative == ".."
        or relative.startswith("../")
        or relative.split("/")[0] == ".git"
    ):
        raise GitError(
            f"{path} is not a directory that git tracks; those are in {root}"
        )
    return "" if relative == "." else relative


def _reason(error: Exception) -> str:
    """libgit2's words, on one line; a KeyError has only the name that it did not find."""
    if isinstance(error, KeyError):
        return "not found"
    return " ".join(str(error).split()) or type(error).__name__
