"""A file is written whole, or not at all."""

from __future__ import annotations

import os
import stat

import pytest
from dockerfiles import write_dockerfiles

from lightship.errors import FileError
from lightship.files.writing import write_file


def test_writing_keeps_mode_and_link_and_leaves_nothing_behind(root):
    write_dockerfiles(root, "real/Dockerfile")
    (root / "real/Dockerfile").chmod(0o604)
    os.symlink("real/Dockerfile", root / "Dockerfile")
    write_file("Dockerfile", b"FROM a\r\n\xff")
    assert (root / "real/Dockerfile").read_bytes() == b"FROM a\r\n\xff"
    assert stat.S_IMODE((root / "real/Dockerfile").stat().st_mode) == 0o604
    assert (root / "Dockerfile").is_symlink()
    assert os.listdir(root / "real") == ["Dockerfile"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)
def test_writing_keeps_the_owner(root):
    write_dockerfiles(root, "Dockerfile")
    os.chown("Dockerfile", 1234, 2345)
    write_file("Dockerfile", b"")
    assert (os.stat("Dockerfile").st_uid, os.stat("Dockerfile").st_gid) == (1234, 2345)


def test_a_new_file_gets_the_usual_mode(root):
    before = os.umask(0o027)
    try:
        write_file("new", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat("new").st_mode) == 0o640


def test_a_write_that_fails_leaves_the_file_as_it_was(root, monkeypatch):
    write_dockerfiles(root, "Dockerfile")
    monkeypatch.setattr(
        os,
        "fsync",
        lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")),
    )
    with pytest.raises(FileError, match="cannot write Dockerfile: No space left"):
        write_file("Dockerfile", b"half")
    assert (root / "Dockerfile").read_text(encoding="utf-8") == "FROM scratch\n"
    assert os.listdir(root) == ["Dockerfile"]


@pytest.mark.parametrize("path", ["no/where", "."])
def test_where_nothing_can_be_written(root, path):
    with pytest.raises(FileError, match="cannot write"):
        write_file(path, b"")
