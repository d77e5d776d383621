"""What lies above a build context in its repository."""

from __future__ import annotations

import os

from lightship.context.files import FileAbove
from lightship.files.reading import read_regular
from lightship.files.workspace_folder import repository_of
from lightship.text import decode

_LONGEST = 1024 * 1024  # bytes; what is longer is no file of settings


def files_above(root: str, name: str) -> tuple[FileAbove, ...]:
    """The files of that name in the directories above `root`, up to the root of its repository.

    The nearest comes first.
    """
    start = os.path.realpath(root)
    top = repository_of(start)
    found: list[FileAbove] = []
    folder = start
    while folder != top and folder.startswith(top):
        folder = os.path.dirname(folder)
        data = read_regular(os.path.join(folder, name))
        if data is not None and len(data) <= _LONGEST:
            inner = os.path.relpath(start, folder).replace(os.sep, "/")
            found.append(FileAbove(inner, decode(data)))
    return tuple(found)
