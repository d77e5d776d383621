"""The places of Dockerfiles that are written inside a compose or bake file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.build import Build
from lightship.builds.definition import BuildDefinition, Inline
from lightship.builds.discover import discover
from lightship.builds.inline_places import InlinePlaces, inline_places
from lightship.builds.workspace import Workspace
from lightship.builds.yaml_tree import UnreadableError
from lightship.dockerfile.parse import parse
from lightship.pins.dockerfile_pins import dockerfile_pins
from lightship.pins.pin_place import PinPlace
from lightship.text import Span

MARKS = ("dockerfile_inline", "dockerfile-inline")
_NOT_AS_WRITTEN = "the file has a variable or an escape in it: pin it by hand"


def inline_pins(name: str, text: str) -> Iterator[PinPlace]:
    """What the Dockerfiles in a file name, by that file's name and text.

    An UnreadableError for one that BuildKit would refuse.
    """
    if not any(mark in text for mark in MARKS):
        return
    workspace = Workspace.of({name: text})
    found = discover(workspace)
    seen: set[int] = set()
    for definition in found.builds:
        inline = definition.inline
        if inline is not None and inline.line not in seen:
            seen.add(inline.line)
            yield from _of_dockerfile(definition, inline, text)


def _of_dockerfile(
    definition: BuildDefinition, inline: Inline, whole: str
) -> Iterator[PinPlace]:
    dockerfile = parse(inline.text)
    if dockerfile.problems:
        first = dockerfile.problems[0]
        inner = dockerfile.lines.line(first.span.start)
        line = inline.line + inner - 1
        raise UnreadableError(f"line {line}: {first.message}")
    places = inline_places(whole, inline.path, inline)
    contexts = frozenset(definition.contexts)
    build = Build(dockerfile, contexts=contexts)
    for place in dockerfile_pins(build):
        yield _moved(place, inline.text, places, whole)


def _moved(place: PinPlace, text: str, places: InlinePlaces, whole: str) -> PinPlace:
    """A place of the Dockerfile as one of the file."""
    span = places.span(place.span)
    if place.end is None:
        return replace(place, span=span)
    end = _moved_end(place.end, text, places, whole)
    why = place.why if end is not None else _NOT_AS_WRITTEN
    return replace(place, span=span, end=end, why=why)


def _moved_end(end: Span, text: str, places: InlinePlaces, whole: str) -> Span | None:
    """Where a digest is in the file; None where its word is not written there as it is."""
    if not places.is_exact:
        return None
    start, stop = end
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    word = Span(start, stop)
    if not _is_as_written(word, text, places, whole):
        return None
    last_character = Span(stop - 1, stop)
    _, last = places.span(last_character)
    length = stop - end.start
    return Span(last - length, last)


def _is_as_written(span: Span, text: str, places: InlinePlaces, whole: str) -> bool:
    """Whether each character is one of the file, all of them beside one another."""
    there = places.span(span)
    return there.of(whole) == span.of(text)
