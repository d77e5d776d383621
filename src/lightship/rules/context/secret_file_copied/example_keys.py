"""Keys that the repository calls examples, or makes by openssl to try things: they open nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import basename, dirname
from re import IGNORECASE

from lightship.build import Build
from lightship.facts.start.container_lines import run_texts
from lightship.facts.start.manuals import manuals
from lightship.regex import regex

_EXAMPLE = regex(
    r"\bexample (?:ones|(?:\w+ ){0,2}(?:keys?|cert(?:ificate)?s?))\b"
    r"|\b(?:demo|dummy|sample|self-signed) (?:\w+ ){0,2}(?:keys?|cert(?:ificate)?s?)\b",
    IGNORECASE,
)
_OPENSSL = regex(r"\bopenssl[ \t]+req\b(?:[^\n\\]|\\\r?\n|\\.){0,2000}")
_KEY_OUT = regex(r"-keyout[ =]+[\"']?([^\s\"'\\]+)")


def are_examples(build: Build, paths: Iterable[str]) -> bool:
    """Whether a paragraph of a manual names each key or a directory above it, and says so; or a
    script makes its certificate, which only itself has signed.
    """
    about: list[str] = []
    for text in manuals(build):
        paragraphs = text.split("\n\n")
        about += filter(_EXAMPLE.search, paragraphs)

    made = build.once(_self_signed)
    return all(basename(path) in made or _is_named(path, about) for path in paths)


def _self_signed(build: Build) -> frozenset[str]:
    """The names of the keys that scripts and manuals make with a certificate of their own."""
    names: set[str] = set()
    for text in run_texts(build) or ():
        if "openssl" not in text:
            continue
        for call in _OPENSSL.finditer(text):
            # With -CA another certificate signs it
            if "-x509" in call[0] and "-CA" not in call[0]:
                keys = _KEY_OUT.findall(call[0])
                names.update(map(basename, keys))
    return frozenset(names)


def _is_named(path: str, paragraphs: list[str]) -> bool:
    text = "\n\n".join(paragraphs)
    return any(place in text for place in _places(path))


def _places(path: str) -> Iterator[str]:
    """A path and the directories above it that are more than one name."""
    while "/" in path:
        yield path
        path = dirname(path)
