"""The program's own files in the build context, and what they name."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from itertools import chain

from lightship.build import Build
from lightship.context.files import File
from lightship.facts.copies.task_files import TASK_FILES, run_task_files

_NOT_RUN_DIRECTORIES = frozenset(
    "test tests doc docs example examples node_modules .venv venv .git".split()
)
_NOT_RUN_FILES = frozenset({"conftest.py", "setup.py", *TASK_FILES})
_SETTINGS = (".cfg", ".conf", ".env", ".ini", ".json", ".toml", ".yaml", ".yml")
_JAVASCRIPT = (".js", ".cjs", ".mjs", ".ts")
_MOST_FILES = 500
_LONGEST_FILE = 200_000  # characters
_MOST_TEXT = 2_000_000  # characters of all together
_THOROUGH = 10  # times as many


def sources_of(
    build: Build, suffixes: tuple[str, ...], *, is_thorough: bool = False
) -> Iterator[str]:
    """The texts of the files with those suffixes that are sent, without tests and similar files.

    In a large project those nearest to its top, or ten times as many where it is asked thoroughly.
    """
    context = build.context
    if context is None:
        return
    not_run = _NOT_RUN_FILES - run_task_files(build)
    files = [file for file in context.sent if _is_source(file, suffixes, not_run)]
    files.sort(key=_depth)

    times = _THOROUGH if is_thorough else 1
    read = 0
    for file in files[: _MOST_FILES * times]:
        if read >= _MOST_TEXT * times:
            break
        text = context.read(file.path)
        if text is None:
            continue
        length = len(text)
        if length <= _LONGEST_FILE:
            read += length
            yield text


def _is_source(file: File, suffixes: tuple[str, ...], not_run: Container[str]) -> bool:
    path = file.path
    if not path.endswith(suffixes):
        return False
    *directories, name = path.split("/")
    if name in not_run:
        return False
    is_python = name.endswith(".py")
    if is_python and name.startswith("test_"):
        return False
    return _NOT_RUN_DIRECTORIES.isdisjoint(directories)


def _depth(file: File) -> int:
    return file.path.count("/")


def matches_at(
    pattern: re.Pattern[str], marks: Iterable[str], text: str
) -> Iterator[re.Match[str]]:
    """The matches that begin with one of `marks`, in order.

    To look for a word costs a hundredth of what an alternation costs.
    """
    places: set[int] = set()
    for mark in marks:
        if mark not in text:
            continue
        word = re.escape(mark)
        for hit in re.finditer(word, text):
            places.add(hit.start())

    for place in sorted(places):
        match = pattern.match(text, place)
        if match is not None:
            yield match


def names_directory(build: Build, name: str) -> bool:
    """Whether the program seems to read files in a directory of that name."""
    word = re.escape(name)
    use = re.compile(
        rf"""["'](?:\./)?{word}/
        | /\s*["']{word}["']
        | \b(?:\w*path|join|Path|open|listdir|scandir|i?glob|walk|StaticFiles|files|directory=)
          \(?[^()\n]*["']{word}["']""",
        re.VERBOSE,
    )
    starts = (
        f'"{name}',
        f"'{name}",
        f'"./{name}',
        f"'./{name}",
    )
    in_python = sources_of(build, (".py",))
    in_javascript = sources_of(build, _JAVASCRIPT)
    for text in chain(in_python, in_javascript):
        is_quoted = any(start in text for start in starts)
        if is_quoted and use.search(text):
            return True
    return False


def imports(build: Build, *modules: str) -> bool:
    """Whether the program imports one of these modules, or something in it."""
    names = "|".join(map(re.escape, modules))
    use = re.compile(rf"(?m)^[ \t]*(?:from|import)[ \t]+(?:{names})\b")
    called = re.compile(rf"""import_module\(\s*["'](?:{names})\b""")
    for text in sources_of(build, (".py",)):
        # To look for a word costs less than a pattern
        if not any(module in text for module in modules):
            continue
        if use.search(text):
            return True
        if called.search(text):
            return True
    return False


def names_place(build: Build, path: str) -> bool:
    """Whether the program, one of its scripts or settings has this absolute path in it."""
    use = re.compile(rf"(?<![\w.-]){re.escape(path)}(?![\w.-])")
    suffixes = (".py", ".sh", *_SETTINGS)
    for text in sources_of(build, suffixes):
        if path not in text:
            continue
        if use.search(text):
            return True
    return False
