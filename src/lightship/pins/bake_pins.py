"""The places of a bake file that name images: `docker-image://` of build contexts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.builds.hcl.hcl_reader import HclAttribute, HclBlock, read_hcl
from lightship.builds.yaml_tree import YamlNode, read_yaml
from lightship.pins.pin_place import PinPlace, PlaceKind, place_of_name, without_end
from lightship.pins.scalar_pins import place_of_scalar
from lightship.regex import regex
from lightship.text import Lines, Span

_DOCKER_IMAGE = "docker-image://"
_CONTEXTS = "contexts"
# Texts in quotes and comments, whichever begins first
_PIECES = regex(
    r'"((?:[^"\\\n]|\\.)*)"|#[^\n]*|//[^\n]*|/\*.*?\*/',
    re.DOTALL,
)
_VARIABLE = "a variable is in its name: a digest would hold for one value of it alone"


def bake_pins(text: str, *, is_json: bool) -> tuple[PinPlace, ...]:
    """What a bake file names, in order. An UnreadableError where it cannot be read."""
    found = _of_json(text) if is_json else _of_hcl(text)
    places = {place.span: place for place in found}
    return tuple(sorted(places.values(), key=lambda place: place.span))


def _of_hcl(text: str) -> Iterator[PinPlace]:
    for block in read_hcl(text).blocks:
        attribute = _contexts_of(block)
        if attribute is not None:
            yield from _of_attribute(attribute)


def _contexts_of(block: HclBlock) -> HclAttribute | None:
    return block.attributes.get(_CONTEXTS) if block.type == "target" else None


def _of_attribute(attribute: HclAttribute) -> Iterator[PinPlace]:
    """The images among the texts of an attribute."""
    for match in _PIECES.finditer(attribute.text):
        value = match[1] or ""
        if not value.startswith(_DOCKER_IMAGE):
            continue
        name = value.removeprefix(_DOCKER_IMAGE)
        end = attribute.start + match.end(1)
        span = Span(end - len(name), end)
        if any(mark in name for mark in "$%\\"):
            yield without_end(PlaceKind.CONTEXT, name, span, _VARIABLE)
            continue
        place = place_of_name(PlaceKind.CONTEXT, name, span, span)
        if place is not None:
            yield place


def _of_json(text: str) -> Iterator[PinPlace]:
    lines = Lines(text)
    for document in read_yaml(text):
        for target in _targets(document):
            contexts = target.get(_CONTEXTS)
            for node in contexts.entries.values() if contexts is not None else ():
                place = place_of_scalar(PlaceKind.CONTEXT, node, lines, _DOCKER_IMAGE)
                if place is not None:
                    yield place


def _targets(document: YamlNode) -> Iterator[YamlNode]:
    """The targets: an object by name, or a list of such objects."""
    node = document.get("target")
    if node is None:
        return
    for part in node.items or [node]:
        for target in part.entries.values():
            yield from target.items or [target]
