"""Whether the sources of a repository have words in quotes: names of programs, as a rule."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice

from lightship.context.files import FileKind
from lightship.files.reading import read_regular
from lightship.files.walk import walk_files
from lightship.files.workspace_folder import repository_of

_SOURCES = (
    *(
        ".py",
        ".js",
        ".cjs",
        ".mjs",
        ".ts",
        ".tsx",
        ".jsx",
        ".go",
        ".rs",
        ".rb",
        ".java",
    ),
    *(".kt", ".scala", ".php", ".pl", ".lua", ".c", ".cc", ".cpp", ".h", ".cs", ".ex"),
)
_MOST_ENTRIES = 50_000  # of a repository
_LONGEST_FILE = 400_000  # bytes
_MOST_BYTES = 40_000_000  # of all together


def any_quoted(root: str, words: Iterable[str]) -> bool:
    """Whether a source of the repository that a directory lies in has one of the words, alone in
    quotes.
    """
    names = map(os.fsencode, words)
    forms = [mark + name + mark for name in names for mark in (b'"', b"'", b"`")]
    top = repository_of(root)
    left = _MOST_BYTES
    for file in islice(walk_files(top), _MOST_ENTRIES):
        is_source = file.kind is FileKind.FILE and file.path.endswith(_SOURCES)
        if not is_source or file.size > _LONGEST_FILE:
            continue
        left -= file.size
        if left < 0:
            return False
        data = read_regular(os.path.join(top, file.path)) or b""
        if any(form in data for form in forms):
            return True
    return False
