"""Programs of the system that a project calls, as far as its scripts and its Python name them.

Two kinds of files are read: scripts that an instruction names, and sources of Python in the build
context. A shell script calls what it has as a word anywhere; Python calls what is the first word of
a call such as `subprocess.run`, or of a command line that is kept in a variable or a list, or one
of several names to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from lightship.build import Build
from lightship.context.files import File
from lightship.dockerfile.tree import Instruction
from lightship.facts.copies.sources import sources_of
from lightship.record import record
from lightship.regex import regex

_SCRIPTS = (".sh", ".bash", "entrypoint")
# One of them is in each source that calls something
_MARKS = (
    "subprocess",
    "os.system",
    "os.popen",
    "shutil",
    "pexpect",
    "create_subprocess",
)
_CALL = (
    r"(?:run|call|check_call|check_output|Popen|popen|system|which|getoutput|spawn\w*"
    r"|create_subprocess_\w+)\(\s*\[?\s*"
)
_ASSIGNED = r"\s=\s+\(?\s*"
_STRING = r"""[rbf]?["'](?:/usr/bin/|/bin/)?"""
# Of who knows what
_PIP_INSTALL = r"pip3? install\b"
# Names that are also words of other kinds: a list or a variable may hold them for another reason
_WORDS = frozenset(
    """ar as bundle cc composite file free gem ld make montage nm patch ps strip top uptime watch
    wish""".split()
)
# Modules that compile when the program runs
_COMPILERS = ("pyximport", "cppimport", "load_inline", "torch.compile")
_COMPILES = regex(r"\b(?:pyximport|cppimport|load_inline|torch\.compile)\b")


@record
class _Patterns:
    """What a call looks like in a shell script, and in Python."""

    shell: re.Pattern[str]
    python: re.Pattern[str]


def called_programs(
    build: Build,
    names: Collection[str],
    instructions: Iterable[Instruction],
    but: Collection[str] = (),
) -> Iterator[str]:
    """Those of `names` that are called; an install of pip at run time counts too.

    `instructions` name the scripts. Scripts that one of the texts `but` names are left out.
    """
    if build.context is None or not names:
        return
    yield from called_in_scripts(build, names, instructions, but)
    patterns = _patterns_of(names)
    for text in sources_of(build, (".py",)):
        yield from _in_python(patterns, text)


def called_in_scripts(
    build: Build,
    names: Collection[str],
    instructions: Iterable[Instruction],
    but: Collection[str] = (),
) -> Iterator[str]:
    """Those of `names` that the scripts call that the instructions name, and no other source."""
    if build.context is None or not names:
        return
    patterns = _patterns_of(names)
    for file in _named_scripts(build, instructions):
        if any(file.name in text for text in but):
            continue
        text = build.context.read(file.path) or ""
        if file.path.endswith(".py"):
            yield from _in_python(patterns, text)
        else:
            yield from _in_shell(patterns, text)


def compilers_at_run_time(build: Build) -> Iterator[str]:
    """What in the sources compiles when the program runs."""
    for text in sources_of(build, (".py",)):
        # A look that costs little comes first
        may_compile = any(mark in text for mark in _COMPILERS)
        if not may_compile:
            continue
        match = _COMPILES.search(text)
        if match is not None:
            yield match[0]


def _named_scripts(build: Build, instructions: Iterable[Instruction]) -> Iterator[File]:
    """The scripts of the build context whose names stand in the instructions."""
    context = build.context
    if context is None:
        return
    lines = [instruction.line.text for instruction in instructions]
    text = "\n".join(lines)
    endings = (".py", *_SCRIPTS)
    for file in context.sent:
        if file.path.endswith(endings) and file.name in text:
            yield file


def _in_shell(patterns: _Patterns, text: str) -> Iterator[str]:
    """The first that a shell script calls."""
    match = patterns.shell.search(text)
    if match is not None:
        yield match[0]


def _in_python(patterns: _Patterns, text: str) -> Iterator[str]:
    """The first that a source of Python calls."""
    if any(mark in text for mark in _MARKS):
        match = patterns.python.search(text)
        if match is not None:
            yield match[match.lastgroup or 0]


def _patterns_of(names: Collection[str]) -> _Patterns:
    every = _any(sorted(names))
    own = _any(sorted(set(names) - _WORDS))
    shell = rf"(?<![\w.-])(?:{every})(?![\w.-])|\b{_PIP_INSTALL}"
    python = "|".join(
        (
            rf"\b{_CALL}{_STRING}(?P<called>{every}|{_PIP_INSTALL})(?=[\"'\s])",
            rf"{_ASSIGNED}{_STRING}(?P<assigned>{own})\s",
            rf"\[\s*{_STRING}(?P<listed>{own})[\"']\s*,",
            # `"g++" if is_cpp else "gcc"`, `{"c": "gcc"}`
            rf"{_STRING}(?P<first>{own})[\"']\s+if\b",
            rf"(?:\belse|[\"']:)[ \t]+{_STRING}(?P<chosen>{own})[\"']",
        )
    )
    return _Patterns(regex(shell), regex(python))


def _any(names: Iterable[str]) -> str:
    """A pattern for one of `names`; without any it matches nothing."""
    escaped = [re.escape(name) for name in names]
    return "|".join(escaped) or "(?!)"
