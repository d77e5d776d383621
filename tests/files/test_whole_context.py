"""A walk of a build context that is whole: all of it, and nothing beyond it."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from lightship.context.files import FileKind
from lightship.errors import FileError
from lightship.files.folder_context import open_context, open_whole_context

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="symlinks, modes and pipes"
)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "context").mkdir()
    return tmp_path / "context"


def walked(root, **more):
    return open_whole_context(str(root), None, **more)[1]


def write(root, *paths):
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(os.fsencode(path))


def test_it_goes_into_what_lint_does_not_walk(root):
    write(root, ".git/HEAD", "node_modules/a/b.js", "a/.venv/x", "a.py")
    found = walked(root)
    assert [file.path for file in found.files if file.kind is FileKind.FILE] == [
        ".git/HEAD",
        "a.py",
        "a/.venv/x",
        "node_modules/a/b.js",
    ]
    assert FileKind.CLOSED not in {file.kind for file in found.files}
    assert FileKind.CLOSED in {
        file.kind for file in open_context(str(root), "Dockerfile").files
    }


def test_entries_come_by_path_with_size_and_mode(root):
    write(root, "b", "a/c")
    (root / "b").chmod(0o640)
    (root / "a").chmod(0o711)
    found = {
        file.path: (file.size, file.mode, file.kind) for file in walked(root).files
    }
    assert list(found) == ["a", "a/c", "b"]
    assert found["a"] == (0, 0o711, FileKind.DIRECTORY)
    assert found["b"][:2] == (1, 0o640)


def test_links_are_not_followed(root):
    write(root.parent, "outside/secret")
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to(".")
    (root / "gone").symlink_to("nowhere/x")
    found = walked(root)
    assert {file.path: (file.kind, file.size) for file in found.files} == {
        "gone": (FileKind.SYMLINK, 9),
        "loop": (FileKind.SYMLINK, 1),
        "up": (FileKind.SYMLINK, 2),
    }
    assert found.links == {"gone": "nowhere/x", "loop": ".", "up": ".."}


def test_what_is_no_file_has_a_kind_and_no_bytes(root, monkeypatch):
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("sock")
        found = walked(root)
    assert found.kinds == {"pipe": "fifo", "sock": "socket"}
    assert {file.size for file in found.files} == {0}


def test_a_name_that_is_no_utf8(root):
    write(root, os.fsdecode(b"a\xff"))
    assert [os.fsencode(file.path) for file in walked(root).files] == [b"a\xff"]


def test_a_directory_that_cannot_be_read_is_named(root, monkeypatch):
    write(root, "private/a", "b")
    scandir = os.scandir

    def refuse(path):
        if os.fspath(path).endswith("private"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may read everything
    found = walked(root)
    assert found.closed == {"private": "Permission denied"}
    assert [file.path for file in found.files] == ["b", "private"]


def test_a_file_that_may_not_be_opened_is_named(root, monkeypatch):
    write(root, "a", "b")
    (root / "a").chmod(0)
    monkeypatch.setattr(os, "access", lambda path, _: not os.fspath(path).endswith("a"))
    assert walked(root).unreadable == {"a"}


def test_more_than_the_limit_is_an_error(root):
    write(root, "a/b", "a/c", "d")
    assert len(walked(root, most=4).files) == 4
    with pytest.raises(FileError, match="it holds more than 3 entries"):
        walked(root, most=3)


def test_the_context_has_the_same_files(root):
    write(root, ".git/HEAD", "a.py", ".dockerignore", "Dockerfile")
    context, found = open_whole_context(str(root), str(root / "Dockerfile"))
    assert list(context.files) == [
        file for file in found.files if file.kind is not FileKind.DIRECTORY
    ]
    assert (context.is_whole, context.dockerfile, context.ignore_path) == (
        True,
        "Dockerfile",
        ".dockerignore",
    )


def test_what_is_no_directory_is_an_error(tmp_path):
    write(tmp_path, "file")
    for name in ("file", "none"):
        with pytest.raises(FileError, match="not a directory"):
            open_whole_context(str(tmp_path / name), None)


def test_a_path_that_is_too_long_for_the_system_is_told_and_no_end(root):
    where = os.getcwd()
    try:
        os.chdir(root)
        for _ in range(30):
            os.mkdir("d" * 200)
            os.chdir("d" * 200)
    finally:
        os.chdir(where)
    found = walked(root)
    assert len(found.closed) == 1
    assert "long" in next(iter(found.closed.values()))
