"""Addresses at forges that belong to those who own the repository: they trust themselves."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.regex import regex

_FORGES = frozenset(
    """github.com raw.githubusercontent.com gist.githubusercontent.com gist.github.com gitlab.com
    codeberg.org bitbucket.org""".split()
)
# Where a project says which repository it is
_MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py", "package.json")
_MANUALS = ("README.md", "README.rst", "readme.md")
_OF_PROJECT = regex(
    r"(?i)(?:repository|source(?:[ _-]?code)?|homepage|\burl)[\"']?[ \t]*[=:,][ \t]*[{\[]?"
    r"[^\n]{0,40}?(?:git@|//)(?:www\.)?(?:github\.com|gitlab\.com|codeberg\.org)[/:](?P<owner>[\w.-]+)/"
)
# A badge of the project's own jobs
_BADGE = regex(r"//github\.com/(?P<owner>[\w.-]+)/[\w.-]+/(?:actions/)?workflows/")
_PERSONAL = regex(r"(?i)(?:^|/)\.?dot-?files?(?:/|\.git|$)")


def is_own_source(build: Build, url: str) -> bool:
    """Whether an address is of somebody's own settings, or of an owner of the repository."""
    _scheme, _, address = url.partition("://")
    host, _, path = address.partition("/")
    if host.lower() not in _FORGES:
        return False
    if _PERSONAL.search(path):
        return True
    owner, _, _ = path.partition("/")
    if not owner:
        return False
    owners = build.once(_owners)
    return owner.lower() in owners


def _owners(build: Build) -> frozenset[str]:
    return frozenset(name.lower() for name in _named_owners(build))


def _named_owners(build: Build) -> Iterator[str]:
    """Those who publish the repository's images, and whom its manifests and badges name."""
    for namespace in build.repository.namespaces:
        yield namespace.rpartition("/")[2]
    context = build.context
    if context is None:
        return
    for path in _MANIFESTS:
        manifest = context.read(path) or ""
        for match in _OF_PROJECT.finditer(manifest):
            yield match["owner"]
    for path in _MANUALS:
        manual = context.read(path) or ""
        for match in _BADGE.finditer(manual):
            yield match["owner"]
