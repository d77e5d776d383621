"""Whether a file may be put into a build context, or made there, before the build, as the
repository tells.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from itertools import islice

from lightship.context.files import FileKind
from lightship.files.reading import read_regular
from lightship.files.walk import walk_files
from lightship.record import record
from lightship.regex import regex

_SCRIPT = regex(
    r"(?:[Mm]akefile|GNUmakefile|[Jj]ustfile|Taskfile\.ya?ml|.+\.(?:mk|sh|bash)"
    r"|\.gitlab-ci\.yml|\.travis\.yml|azure-pipelines\.ya?ml|Jenkinsfile|noxfile\.py|tasks\.py"
    r"|tox\.ini|package\.json)"
)
_OF_CI = (".github/", ".circleci/", ".gitlab/")
# What makes the file whose name follows
_MAKING = (
    rb"(?:>\s*[\"']?|-o[ =]?|--output(?:-file)?[ =]"
    rb"|\b(?:cp|mv|tee|touch|ln|rsync|curl|wget|envsubst|sed|export|freeze|compile|lock|gen\w*"
    rb"|creat\w*|render\w*)\b[^\n]*?[\s/\"'=]"
    # What an action is given: `target: config.ini`
    rb"|\b(?:target|dest|destination|output|outfile|file-?name|to):[ \t]*[\"']?)[^\s\"'>]*?"
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


def may_be_made(root: str, name: str) -> bool:
    """Whether a script or a CI job of the repository of a directory makes a file of that name."""
    repository = _read(_repository_of(os.path.abspath(root)))
    word = os.fsencode(name)
    made = re.compile(_MAKING + re.escape(word) + rb"(?![\w.-])")
    return any(word in script and made.search(script) for script in repository.scripts)


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
        is_script = _SCRIPT.fullmatch(file.name) is not None or file.path.startswith(
            _OF_CI
        )
        is_short = file.size <= _LONGEST_SCRIPT
        if is_script and is_short and len(scripts) < _MOST_SCRIPTS:
            scripts.append(read_regular(os.path.join(top, file.path)) or b"")
    return _Repository(frozenset(names), tuple(scripts))
