"""Histories in memory: trees one after the other, as a walk through git would give them."""

from __future__ import annotations

from collections.abc import Sequence

from cache.made_trees import Files, changes_between, tree_of

from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.replay.past import Commit, Dockerfiles, Past, Revision
from lightship.cache.selection.context_tree import context_of
from lightship.dockerfile.parse import parse
from lightship.errors import FileError

DAY = 86_400


def past_of(trees: Sequence[Files], *, start: bool = True) -> Past:
    """The first of `trees` is that of the commit before, where there is a `start`."""
    commits = [Commit(f"{at:040x}", at * DAY, f"no. {at}") for at in range(len(trees))]
    by_id = {
        commit.id: tree_of(files) for commit, files in zip(commits, trees, strict=True)
    }
    befores = trees if start else [{}, *trees]
    afters = trees[1:] if start else trees
    revisions = tuple(
        Revision(commit, changes_between(before, after))
        for commit, before, after in zip(commits[start:], befores, afters, strict=False)
    )
    return Past(
        tree_of(trees[0] if start else {}),
        commits[0] if start else None,
        revisions,
        lambda commit: by_id[commit.id],
        lambda commit, path: by_id[commit.id].read(path),
    )


def plain(**contents: str) -> Files:
    """Files by path, where `__` stands for `/`."""
    return {
        path.replace("__", "/"): ("file", 0o644, text)
        for path, text in contents.items()
    }


def build_of(text: str, files: Files, args: dict[str, str] | None = None) -> Build:
    return Build(
        parse(text),
        context_of(tree_of(files), "Dockerfile"),
        args or {},
        None,
        "Dockerfile",
    )


def side_of(text: str, files: Files, args: dict[str, str] | None = None) -> Side:
    return Side(build_of(text, files, args), tree_of(files))


def own(trees: Sequence[Files]) -> Dockerfiles:
    """Each commit with the Dockerfile and the ignore file in its tree."""

    def files_at(commit: Commit) -> Files:
        return trees[int(commit.id, 16)]

    def version(commit: Commit) -> tuple[str, ...]:
        return tuple(
            repr(files_at(commit).get(path)) for path in ("Dockerfile", ".dockerignore")
        )

    def build(commit: Commit) -> Build:
        files = files_at(commit)
        if "Dockerfile" not in files:
            raise FileError("there is no Dockerfile in this commit")
        return build_of(files["Dockerfile"][2], files)

    return Dockerfiles(version, build)
