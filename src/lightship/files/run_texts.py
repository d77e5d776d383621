"""The files of a repository that may say how its containers are run, as texts."""

from __future__ import annotations

import os
from functools import lru_cache

from lightship.context.files import FileKind
from lightship.context.run_files import says_how_it_runs
from lightship.files.reading import read_regular
from lightship.files.walk import walk_files
from lightship.files.workspace_folder import repository_of
from lightship.text import decode

_MOST_ENTRIES = 50_000  # of a repository
_MOST_FILES = 2_000
_LONGEST_FILE = 400_000  # bytes; what is longer is data


def run_texts(root: str) -> tuple[str, ...] | None:
    """The texts, of all of the repository that a directory lies in; None for too many of them."""
    return _read(repository_of(root))


@lru_cache(maxsize=1)
def _read(top: str) -> tuple[str, ...] | None:
    texts: list[str] = []
    for number, file in enumerate(walk_files(top)):
        if number >= _MOST_ENTRIES or len(texts) >= _MOST_FILES:
            return None
        if file.kind is not FileKind.FILE or not says_how_it_runs(file.name):
            continue
        if file.size <= _LONGEST_FILE:
            data = read_regular(os.path.join(top, file.path)) or b""
            texts.append(decode(data))
    return tuple(texts)
