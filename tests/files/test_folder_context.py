"""A build context that is walked when something asks."""

from __future__ import annotations

import os

import pygit2
import pytest
from dockerfiles import write_dockerfiles

from lightship.errors import FileError
from lightship.files.folder_context import open_context


def test_a_context_reads_only_regular_files(root):
    write_dockerfiles(root, "app/a/b.txt", "app/.git/config")
    os.mkfifo(root / "app/pipe")
    os.symlink("a", root / "app/link")
    context = open_context("app", "app/Dockerfile")
    assert context.read("a/b.txt") == "FROM scratch\n"
    assert context.read("pipe") is None
    assert context.read("../Dockerfile") is None
    assert {(file.path, file.kind.value) for file in context.files} == {
        (".git", "closed"),
        ("a/b.txt", "file"),
        ("link", "symlink"),
        ("pipe", "file"),
    }
    assert context.dockerfile == "Dockerfile"


def test_a_context_that_is_no_directory(root):
    with pytest.raises(FileError, match="cannot read the build context nowhere"):
        open_context("nowhere", "Dockerfile")


def test_what_lies_above_a_context_ends_with_its_repository(root):
    write_dockerfiles(
        root, "a.txt", "repo/.git/config", "repo/a.txt", "repo/x/a.txt", "repo/x/y/b"
    )
    context = open_context("repo/x/y", "repo/x/y/Dockerfile")
    inner = [file.inner for file in context.read_above("a.txt")]
    assert inner == ["y", "x/y"]
    assert not open_context("repo", "repo/Dockerfile").read_above("a.txt")


def test_a_context_tells_what_git_tracks(root):
    repository = pygit2.init_repository("repo")
    write_dockerfiles(root, "repo/x/a/b.txt", "repo/x/c.txt", "repo/x/d/e.txt")
    repository.index.add("x/a/b.txt")
    repository.index.write()
    tracks = open_context("repo/x", "repo/x/Dockerfile").git_tracks
    assert tracks is not None
    tracked = [path for path in ("a", "a/b.txt", "c.txt", "d", ".") if tracks(path)]
    assert tracked == ["a", "a/b.txt", "."]
