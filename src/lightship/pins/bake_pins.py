"""The places of a bake file that name images: `docker-image://` of contexts and variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.builds.hcl.hcl_reader import HclAttribute, read_hcl
from lightship.builds.yaml_tree import UnreadableError, YamlNode, read_yaml
from lightship.pins.pin_place import PinPlace, PlaceKind, place_of_name, without_end
from lightship.pins.scalar_pins import VARIABLE, place_of_scalar
from lightship.regex import regex
from lightship.text import Lines, Span

_DOCKER_IMAGE = "docker-image://"
# What holds them: a kind of block, and its attribute
_HOLDERS = {"target": "contexts", "variable": "default"}
# Texts in quotes and comments, whichever begins first
_PIECES = regex(
    r'"((?:[^"\\\n]|\\.)*)"|#[^\n]*|//[^\n]*|/\*.*?\*/',
    re.DOTALL,
)
_LONGEST = (
    20_000  # characters of contexts; what does not end is looked for again and again
)


def bake_pins(text: str, *, is_json: bool) -> tuple[PinPlace, ...]:
    """What a bake file names, in order. An UnreadableError where it cannot be read."""
    found = _of_json(text) if is_json else _of_hcl(text)
    places = {place.span: place for place in found}
    return tuple(sorted(places.values(), key=lambda place: place.span))


def _of_hcl(text: str) -> Iterator[PinPlace]:
    whole = read_hcl(text)
    for attribute in whole.attributes.values():
        yield from _of_attribute(attribute)
    for block in whole.blocks:
        named = block.attributes.get(_HOLDERS.get(block.type, ""))
        if named is not None:
            yield from _of_attribute(named)


def _of_attribute(attribute: HclAttribute) -> Iterator[PinPlace]:
    """The images among the texts of an attribute."""
    if len(attribute.text) > _LONGEST:
        raise UnreadableError(
            f"line {attribute.line}: {attribute.name} has more than {_LONGEST:,} characters"
        )
    for match in _PIECES.finditer(attribute.text):
        value = match[1] or ""
        if not value.startswith(_DOCKER_IMAGE):
            continue
        name = value.removeprefix(_DOCKER_IMAGE)
        end = attribute.start + match.end(1)
        span = Span(end - len(name), end)
        if any(mark in name for mark in "$%\\"):
            yield without_end(PlaceKind.CONTEXT, name, span, VARIABLE)
            continue
        place = place_of_name(PlaceKind.CONTEXT, name, span, span)
        if place is not None:
            yield place


def _of_json(text: str) -> Iterator[PinPlace]:
    lines = Lines(text)
    for document in read_yaml(text):
        for kind, key in _HOLDERS.items():
            for block in _blocks(document, kind):
                yield from _of_value(block.get(key), lines)


def _of_value(node: YamlNode | None, lines: Lines) -> Iterator[PinPlace]:
    """The images that a text, or the values of an object, name."""
    if node is None:
        return
    for value in (node, *node.entries.values()):
        place = place_of_scalar(PlaceKind.CONTEXT, value, lines, _DOCKER_IMAGE)
        if place is not None:
            yield place


def _blocks(document: YamlNode, kind: str) -> Iterator[YamlNode]:
    """The blocks of a kind: an object by name, or a list of such objects."""
    node = document.get(kind)
    if node is None:
        return
    for part in node.items or [node]:
        for block in part.entries.values():
            yield from block.items or [block]
