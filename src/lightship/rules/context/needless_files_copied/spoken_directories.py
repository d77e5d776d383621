"""Whether the repository speaks of a directory of tests or documentation where it speaks of images.

A manual may say to run the tests in the container, and a script may build the documentation there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lightship.build import Build
from lightship.context.files import Context, File, FileKind
from lightship.context.needless import DOCS, TESTS, NeedlessFile
from lightship.regex import regex

# What a person may read or run: pages, scripts, settings, files of tasks
_ENDINGS = (
    ".md",
    ".rst",
    ".txt",
    ".sh",
    ".bash",
    ".yml",
    ".yaml",
    ".toml",
    ".cfg",
    ".ini",
    ".mk",
    ".json",
)
_NAMES = frozenset(
    """makefile justfile tasks.py noxfile.py setup.py fabfile.py manage.py
    jenkinsfile procfile manifest.in tox.ini""".split()
)
_MOST_FILES = 300
_LONGEST = 1 << 17
# Lines between which a reader sees the one with the other
_NEAR = 20
_IMAGE = regex(r"(?i)docker|podman|compose|\bcontainers?\b|\bimage\b|kubectl")
_TESTING = regex(r"(?i)\b(?:py\.?tests?|unittests?|tests?|tox|nox|nosetests?|behave)\b")
_DOCUMENTING = regex(
    r"(?i)\bdocs?/|[\"']docs?[\"']|sphinx|mkdocs|\bmake (?:html|docs)\b"
)
_WORDS = {TESTS.title: _TESTING, DOCS.title: _DOCUMENTING}


def may_be_wanted(build: Build, hit: NeedlessFile) -> bool:
    """Whether tests or documentation may be wanted in the image, for all that is known."""
    if hit.group.title not in _WORDS:
        return False
    inside = f"{hit.name}/"
    pages = build.once(_pages_by_group)[hit.group.title]
    return any(not path.startswith(inside) for path in pages)


def _pages_by_group(build: Build) -> Mapping[str, Sequence[str]]:
    """For each group, the pages and scripts that speak of its files where they speak of images."""
    context = build.context
    pages = [] if context is None else list(_speaking(context, build.path))
    return {
        group: [path for path, text in pages if _is_near(text, words)]
        for group, words in _WORDS.items()
    }


def _speaking(context: Context, own: str | None) -> Iterator[tuple[str, str]]:
    files = [file for file in context.files if file.path != own and _is_page(file)]
    for file in files[:_MOST_FILES]:
        text = context.read(file.path)
        if text is not None and _IMAGE.search(text):
            yield file.path, text


def _is_page(file: File) -> bool:
    if file.kind is not FileKind.FILE or file.size > _LONGEST:
        return False
    name = file.name.lower()
    return name in _NAMES or name.endswith(_ENDINGS)


def _is_near(text: str, words: re.Pattern[str]) -> bool:
    """Whether one of `words` stands within a few lines of a word for an image."""
    last_image = last_word = -_NEAR - 1
    for number, line in enumerate(text.splitlines()):
        if _IMAGE.search(line):
            last_image = number
        if words.search(line):
            last_word = number
        if abs(last_image - last_word) <= _NEAR and min(last_image, last_word) >= 0:
            return True
    return False
