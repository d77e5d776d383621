"""Programs of the system that a project's Python calls, as far as its sources name them in the call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.regex import regex

_CALLING = (
    "subprocess",
    "os.system",
    "os.popen",
    "shutil",
    "pexpect",
    "create_subprocess",
)
# The call, and the first word of what it is given
_CALLS = r"(?:run|call|check_call|check_output|Popen|popen|system|which|getoutput|spawn\w*|create_subprocess_\w+)"
_FIRST_WORD = r"""\(\s*\[?\s*[rbf]?["'](?:/usr/bin/|/bin/)?"""
# In a list that may be far from its call; names that are words of other kinds too are not looked for there
_OWN_NAMES = frozenset(
    "git curl wget gcc g++ gpg ssh scp unzip xz hg svn pg_config convert identify mogrify".split()
)
# Modules that compile when the program runs
_COMPILERS = ("pyximport", "cppimport", "load_inline", "torch.compile")
_COMPILES = regex(r"\b(?:pyximport|cppimport|load_inline|torch\.compile)\b")


def called_programs(build: Build, names: Iterable[str]) -> Iterator[str]:
    """Those of `names` that the sources in the build context call."""
    wanted = sorted(names)
    pattern = re.compile(rf"\b{_CALLS}{_FIRST_WORD}({_any(wanted)})(?=[\"'\s])")
    own = [name for name in wanted if name in _OWN_NAMES]
    listed = (
        re.compile(rf"\[\s*[\"'](?:/usr/bin/|/bin/)?({_any(own)})[\"']\s*,")
        if own
        else None
    )
    for text in sources_of(build, (".py",)):
        if any(mark in text for mark in _CALLING):
            match = pattern.search(text) or (
                listed.search(text) if listed is not None else None
            )
            if match is not None:
                yield match[1]


def compilers_at_run_time(build: Build) -> Iterator[str]:
    """What in the sources compiles when the program runs."""
    for text in sources_of(build, (".py",)):
        match = (
            _COMPILES.search(text) if any(mark in text for mark in _COMPILERS) else None
        )
        if match is not None:
            yield match[0]


def _any(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, names)) or "(?!)"
