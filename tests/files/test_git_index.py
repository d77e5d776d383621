"""Which files git tracks, by its index."""

from __future__ import annotations

import os

import pygit2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from locales import IN_UTF_8

from lightship.files.folder_context import open_context
from lightship.files.git_index import GitIndex, git_index
from lightship.files.search import find_dockerfiles, gitignored


def track(folder, *paths):
    """A repository whose index has these files, which are empty."""
    repository = pygit2.init_repository(str(folder))
    for path in paths:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
        repository.index.add(path)
    repository.index.write()


_PARTS = st.text("ab.é", min_size=1, max_size=3).filter(lambda part: part.strip("."))
_PATHS = st.lists(_PARTS, min_size=1, max_size=4).map("/".join)


@IN_UTF_8
@given(st.sets(_PATHS, max_size=8), _PATHS)
def test_it_knows_the_files_and_the_directories_of_an_index(
    tmp_path_factory, paths, asked
):
    index = pygit2.Index()
    empty = pygit2.Oid(hex="e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
    for path in sorted(paths):
        index.add(pygit2.IndexEntry(path, empty, pygit2.enums.FileMode.BLOB))
    tracked = {entry.path for entry in index}
    file = tmp_path_factory.mktemp("index") / "index"
    written = pygit2.Index(str(file))
    for entry in index:
        written.add(entry)
    written.write()

    read = GitIndex("/top", file.read_bytes())
    assert read.tracks_file(f"/top/{asked}") == (asked in tracked)
    has_below = any(path.startswith(f"{asked}/") for path in tracked)
    assert read.tracks_below(f"/top/{asked}") == has_below


def test_what_git_tracks_is_not_ignored(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    track(tmp_path, "build/a/Dockerfile", "x.Dockerfile", "b/Dockerfile")
    for path in ("build/Dockerfile", "out/b/Dockerfile", "y.Dockerfile"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / ".gitignore").write_text("build/\nout/\n*.Dockerfile\n")
    found = list(find_dockerfiles(["."]))
    assert found == ["x.Dockerfile", "b/Dockerfile", "build/a/Dockerfile"]
    assert list(find_dockerfiles(["build"])) == [
        "build/Dockerfile",
        "build/a/Dockerfile",
    ]


def test_what_the_user_excludes_is_excluded_though_git_tracks_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    track(tmp_path, "build/Dockerfile", "a.Dockerfile", "Dockerfile")
    exclude = [gitignored(str(tmp_path), ["build/", "a.*"])]
    assert list(find_dockerfiles(["."], exclude)) == ["Dockerfile"]


def test_a_worktree_names_the_place_of_its_index(tmp_path):
    track(tmp_path / "main", "Dockerfile")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / ".git").write_text("gitdir: ../main/.git\n")
    assert git_index(str(tree)).tracks_file(str(tree / "Dockerfile"))


@pytest.mark.parametrize(
    "data", [b"", b"DIRC", b"DIRC\0\0\0\4aDockerfile\0", b"\0" * 9]
)
def test_of_another_index_nothing_is_known(tmp_path, data):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/index").write_bytes(data)
    index = git_index(str(tmp_path))
    assert index.data == b""
    assert not index.tracks_file(os.path.join(str(tmp_path), "Dockerfile"))


@pytest.mark.parametrize(
    ("index", "commits", "is_tracked"),
    [(None, True, True), (b"DIRC\0\0\0\4", True, True), (None, False, False)],
)
def test_without_a_known_index_what_commits_may_have_counts_as_tracked(
    tmp_path, index, commits, is_tracked
):
    """A clone that was broken off has commits, files and no index."""
    repository = pygit2.init_repository(str(tmp_path))
    if commits:
        me = pygit2.Signature("me", "me@example.org")
        tree = repository.TreeBuilder().write()
        repository.create_commit("HEAD", me, me, "", tree, [])
    if index is not None:
        (tmp_path / ".git/index").write_bytes(index)
    (tmp_path / "a.log").touch()
    assert git_index(str(tmp_path)).is_unread is is_tracked
    context = open_context(str(tmp_path), str(tmp_path / "Dockerfile"))
    assert context.git_tracks("a.log") is is_tracked
