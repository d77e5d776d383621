"""Keys that a manual of the repository calls examples: anyone has them already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname
from re import IGNORECASE

from lightship.build import Build
from lightship.facts.start.manuals import manuals
from lightship.regex import regex

_EXAMPLE = regex(
    r"\bexample (?:ones|(?:\w+ ){0,2}(?:keys?|cert(?:ificate)?s?))\b"
    r"|\b(?:demo|dummy|sample|self-signed) (?:\w+ ){0,2}(?:keys?|cert(?:ificate)?s?)\b",
    IGNORECASE,
)


def are_examples(build: Build, paths: Iterable[str]) -> bool:
    """Whether a paragraph of a manual names each key or a directory above it, and says so."""
    parts = [part for text in manuals(build) for part in text.split("\n\n")]
    about = [part for part in parts if _EXAMPLE.search(part)]
    return all(_is_named(path, about) for path in paths)


def _is_named(path: str, paragraphs: list[str]) -> bool:
    return any(place in part for part in paragraphs for place in _places(path))


def _places(path: str) -> Iterator[str]:
    """A path and the directories above it that are more than one name."""
    while "/" in path:
        yield path
        path = dirname(path)
