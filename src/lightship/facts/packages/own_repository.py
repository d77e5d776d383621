"""Whether an address is that of the repository that a Dockerfile lies in.

What says so: the origin in git's configuration, manifests that name it as the project's home or
source, badges of its own CI in the manual, and a manual with that name as its title that links
to it. A manifest with that name tells it too, under any owner: the origin of a fork, or a former
owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.context.files import Context
from lightship.regex import regex

_READMES = ("README.md", "README.rst", "README", "readme.md", "Readme.md")
_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "package.json")
_ADDRESS = regex(r"(?:[/:@]|^)(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?$")
# `Repository = "https://github.com/acme/tool"`, `url='…'`: not what it depends on
_HOME = regex(
    r"(?i)\b(?:url|home[ _-]?page|repository|source(?:[ _-]code)?|github|code|home)[\"']?\s*[=:]"
    r"\s*[\"']?(?:git\+)?(?:https?://|git@)[^\s/:\"']+[/:]([\w.-]+/[\w.-]+)"
)
_BADGE = regex(
    r"(?i)(?:github\.com/([\w.-]+/[\w.-]+)/(?:actions/)?workflows/"
    r"|travis-ci\.(?:org|com)/([\w.-]+/[\w.-]+)|codecov\.io/gh/([\w.-]+/[\w.-]+)"
    r"|img\.shields\.io/github/[\w/-]+?/([\w.-]+/[\w.-]+))"
)
_ORIGIN = regex(r"(?m)^[^\S\n]*url\s*=\s*\S*?[/:]([\w.-]+/[\w.-]+?)/?\s*$")
_PROJECT_NAME = regex(
    r"(?m)^[^\S\n]*(?:(?:\w+\.)?setup\(\s*)?[\"']?name[\"']?\s*[=:]\s*[\"']?([\w.-]+)"
)
_MARKS = regex(r"[^a-z0-9]+")
_LONGEST_HEAD = 1_000  # characters, in which the title stands
_LONGEST_BADGES = (
    4_000  # characters at the head of a manual, in which its own badges stand
)
# Names that projects of many owners have
_COMMON = frozenset(
    """api app backend bot client code config core demo docker docs example examples frontend main
    package project python server service src test tests tools web website""".split()
)


def is_own_repository(build: Build, url: str) -> bool:
    """Whether the address is that of the repository, or of one with the code of its project."""
    address = _ADDRESS.search(url)
    context = build.context
    if address is None or context is None:
        return False

    called = _plain(address["name"])
    path = f"{address['owner']}/{address['name']}".lower()
    manifests = list(_texts(context, _MANIFESTS))
    if path in _stated_addresses(context, manifests):
        return True
    if _is_of_manual(context, path, called):
        return True
    return called not in _COMMON and called in _project_names(manifests)


def _stated_addresses(context: Context, manifests: Sequence[str]) -> set[str]:
    """The addresses that git's configuration and manifests state, as `owner/name`."""
    stated: set[str] = set()
    for text in _texts(context, (".git/config",)):
        stated.update(_ORIGIN.findall(text))
    for text in manifests:
        stated.update(_HOME.findall(text))
    return {_without_suffix(address) for address in stated}


def _is_of_manual(context: Context, path: str, called: str) -> bool:
    """Whether a manual links to it and has its name as the title, or shows its badges."""
    for text in _texts(context, _READMES):
        if path not in text.lower():
            continue
        if called in _titles(text):
            return True
        head = text[:_LONGEST_BADGES]
        for groups in _BADGE.findall(head):
            if path in map(_without_suffix, groups):
                return True
    return False


def _project_names(manifests: Sequence[str]) -> set[str]:
    """What the manifests call their projects."""
    names: set[str] = set()
    for text in manifests:
        name = _PROJECT_NAME.search(text)
        if name is not None:
            names.add(_plain(name[1]))
    return names


def _texts(context: Context, names: Sequence[str]) -> Iterator[str]:
    """The files of these names at the root of the context, and above it in its repository."""
    for name in names:
        own = context.read(name)
        if own:
            yield own
        if context.read_above is not None:
            for file in context.read_above(name):
                yield file.text


def _without_suffix(address: str) -> str:
    address = address.lower()
    address = address.removesuffix(".git")
    return address.removesuffix(".svg")


def _titles(text: str) -> Iterator[str]:
    """The first line that has letters, and the first heading, up to a colon."""
    head = text[:_LONGEST_HEAD]
    lines = list(filter(_plain, head.splitlines()))
    headings = [line for line in lines if line.startswith("#")]

    first_ones = lines[:1]
    first_ones += headings[:1]
    for line in first_ones:
        title, _colon, _more = line.partition(":")
        yield _plain(title)


def _plain(text: str) -> str:
    return _MARKS.sub("", text.lower())
