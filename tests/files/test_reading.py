"""Bytes of files, and where a file lies."""

from __future__ import annotations

import pytest

from lightship.errors import FileError
from lightship.files.reading import path_inside, read_file


def test_a_file_that_cannot_be_read_is_an_error_of_ours(root):
    for path in ("nowhere", ".", "a\0b"):
        with pytest.raises(FileError, match="cannot read"):
            read_file(path)


@pytest.mark.parametrize(
    ("path", "root_path", "expected"),
    [
        ("a/Dockerfile", "a", "Dockerfile"),
        ("a/b", ".", "a/b"),
        ("b", "a", None),
        ("..x/b", ".", "..x/b"),
    ],
)
def test_a_path_inside(root, path, root_path, expected):
    assert path_inside(path, root_path) == expected
