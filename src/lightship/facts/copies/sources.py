"""The program's own files in the build context, and what they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lightship.build import Build
from lightship.regex import regex

_NOT_RUN = regex(
    r"(?:^|/)(?:tests?|docs?|examples?|node_modules|\.venv|venv|\.git)/"
    r"|(?:^|/)(?:test_[^/]*|conftest|setup|noxfile|tasks|fabfile)\.py$"
)
_SETTINGS = (".cfg", ".conf", ".env", ".ini", ".json", ".toml", ".yaml", ".yml")
_MOST_FILES, _LONGEST_FILE, _MOST_TEXT = 500, 200_000, 2_000_000


def sources_of(build: Build, suffixes: tuple[str, ...]) -> Iterator[str]:
    """The texts of the files with those suffixes that are sent to the builder, without tests and the like.

    In a large project those nearest to its top.
    """
    context, read = build.context, 0
    if context is None:
        return
    files = [
        file
        for file in context.sent
        if file.path.endswith(suffixes) and not _NOT_RUN.search(file.path)
    ]
    for file in sorted(files, key=lambda file: file.path.count("/"))[:_MOST_FILES]:
        text = context.read(file.path) if read < _MOST_TEXT else None
        if text is not None and len(text) <= _LONGEST_FILE:
            read += len(text)
            yield text


def matches_at(
    pattern: re.Pattern[str], marks: Iterable[str], text: str
) -> Iterator[re.Match[str]]:
    """The matches that begin with one of `marks`, in order; to look for a word costs a hundredth of an alternation."""
    places = (
        found.start()
        for mark in marks
        if mark in text
        for found in re.finditer(re.escape(mark), text)
    )
    for place in sorted(set(places)):
        match = pattern.match(text, place)
        if match is not None:
            yield match


def names_directory(build: Build, name: str) -> bool:
    """Whether the program's Python seems to read files in a directory of that name."""
    word = re.escape(name)
    used = re.compile(
        rf"""["'](?:\./)?{word}/ | /\s*["']{word}["']
        | \b(?:join|Path|open|listdir|scandir|i?glob|walk|StaticFiles|files|directory=)\(?[^()\n]*["']{word}["']""",
        re.VERBOSE,
    )
    quoted = tuple(f"{mark}{start}{name}" for mark in "\"'" for start in ("", "./"))
    texts = (
        text
        for text in sources_of(build, (".py",))
        if any(each in text for each in quoted)
    )
    return any(used.search(text) for text in texts)


def names_place(build: Build, path: str) -> bool:
    """Whether the program, one of its scripts or settings has this absolute path of the image in it."""
    used = re.compile(rf"(?<![\w.-]){re.escape(path)}(?![\w.-])")
    return any(
        path in text and used.search(text)
        for text in sources_of(build, (".py", ".sh", *_SETTINGS))
    )
