"""A directory as a Tree."""

from __future__ import annotations

import os

import pytest
from dockerfiles import write_dockerfiles

from lightship.cache.selection.context_tree import blob_id
from lightship.errors import FileError
from lightship.files.trees import folder_tree


def test_a_tree_of_a_folder_is_all_that_lies_below_it(root):
    write_dockerfiles(
        root, "app/a/b.txt", "app/.git/config", "app/node_modules/x", "app/run.sh"
    )
    os.mkfifo(root / "app/pipe")
    os.symlink("../..", root / "app/a/loop")
    (root / "app/run.sh").chmod(0o750)
    (root / "app/empty").mkdir()
    tree = folder_tree("app")
    assert {path: file.kind.value for path, file in tree.files.items()} == {
        ".git": "directory",
        ".git/config": "file",
        "a": "directory",
        "a/b.txt": "file",
        "a/loop": "symlink",
        "empty": "directory",
        "node_modules": "directory",
        "node_modules/x": "file",
        "pipe": "file",
        "run.sh": "file",
    }
    assert list(tree.files) == sorted(tree.files)
    assert (tree.files["run.sh"].mode, tree.files["a/b.txt"].size) == (0o750, 13)
    assert (
        tree.identity("a/b.txt")
        == tree.identity("run.sh")
        == blob_id(b"FROM scratch\n")
    )
    assert (tree.identity("a/loop"), tree.read("a/loop")) == (
        blob_id(b"../.."),
        b"../..",
    )
    assert (
        tree.identity("pipe"),
        tree.read("pipe"),
        tree.identity("a"),
        tree.read("a"),
    ) == ("fifo", None, "", None)
    assert tree.read("none") is None


def test_a_file_of_a_tree_that_became_something_else_is_an_error(root):
    write_dockerfiles(root, "app/a", "app/b", "app/c")
    tree = folder_tree("app")
    os.replace("app/b", "app/a")
    os.mkfifo("app/b")
    assert tree.identity("a") == blob_id(b"FROM scratch\n")
    with pytest.raises(FileError, match="cannot read app/b: not a regular file"):
        tree.identity("b")
    os.unlink("app/c")
    os.symlink("b", "app/c")
    with pytest.raises(FileError, match="cannot read app/c"):
        tree.identity("c")


def test_a_tree_of_no_folder(root):
    with pytest.raises(FileError, match="cannot read the directory nowhere"):
        folder_tree("nowhere")
