"""Whether a file may be put into a build context before the build, as the repository tells."""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import islice

from lightship.context.files import FileKind
from lightship.files.reading import read_regular
from lightship.files.walk import walk_files
from lightship.record import record
from lightship.regex import regex

_SCRIPT = regex(
    r"(?:[Mm]akefile|GNUmakefile|[Jj]ustfile|Taskfile\.ya?ml|.+\.(?:mk|sh|bash))"
)
_MOST_ENTRIES = 50_000  # of a repository; the rest is not known
_MOST_SCRIPTS = 300
_LONGEST_SCRIPT = 200_000  # bytes


@record(eq=False)
class _Repository:
    """The names of the files of a repository, and the texts of its scripts."""

    names: frozenset[str]
    scripts: tuple[bytes, ...]


def may_be_staged(root: str, name: str) -> bool:
    """Whether the repository of a directory has a file of that name, or a script that names it.

    Where the directory is in no repository it stands for itself.
    """
    repository = _read(_repository_of(os.path.abspath(root)))
    if name in repository.names:
        return True
    word = os.fsencode(name)
    return any(word in script for script in repository.scripts)


def _repository_of(directory: str) -> str:
    folder = directory
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return directory
        folder = parent
    return folder


@lru_cache(maxsize=1)
def _read(top: str) -> _Repository:
    names: set[str] = set()
    scripts: list[bytes] = []
    for file in islice(walk_files(top), _MOST_ENTRIES):
        if file.kind is not FileKind.FILE:
            continue
        names.add(file.name)
        is_script = _SCRIPT.fullmatch(file.name) is not None
        is_short = file.size <= _LONGEST_SCRIPT
        if is_script and is_short and len(scripts) < _MOST_SCRIPTS:
            scripts.append(read_regular(os.path.join(top, file.path)) or b"")
    return _Repository(frozenset(names), tuple(scripts))
