"""Whether an address is that of the repository that a Dockerfile lies in."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.context.files import Context
from lightship.regex import regex

_READMES = ("README.md", "README.rst", "README", "readme.md", "Readme.md")
_ADDRESS = regex(r"(?:[/:@]|^)(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?$")
_MARKS = regex(r"[^a-z0-9]+")
_LONGEST_HEAD = 400  # characters, in which the title stands


def is_own_repository(build: Build, url: str) -> bool:
    """Whether the manual at the root of the repository has that name as its title, and links to it
    under that owner.
    """
    address = _ADDRESS.search(url)
    if address is None or build.context is None:
        return False
    called = _plain(address["name"])
    path = f"{address['owner']}/{address['name']}".lower()
    for text in _manuals(build.context):
        if path in text.lower() and _plain(_title(text)) == called:
            return True
    return False


def _manuals(context: Context) -> Iterator[str]:
    for name in _READMES:
        own = context.read(name)
        if own:
            yield own
        if context.read_above is not None:
            for file in context.read_above(name):
                yield file.text


def _title(text: str) -> str:
    """The first line that has letters, without the marks of a heading."""
    for line in text[:_LONGEST_HEAD].splitlines():
        if _plain(line):
            return line
    return ""


def _plain(text: str) -> str:
    return _MARKS.sub("", text.lower())
