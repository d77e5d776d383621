"""The place of an image in a value of YAML or JSON."""

from __future__ import annotations

from lightship.base_images.reference import read_reference
from lightship.builds.yaml_places import scalar_span
from lightship.builds.yaml_tree import YamlNode
from lightship.pins.pin_place import (
    PinPlace,
    PlaceKind,
    place_of_name,
    without_end,
)
from lightship.regex import regex
from lightship.text import Lines, Span

_DEFAULT = regex(r"([^$]*)\$\{\w+:?-([^${}]*)\}")
VARIABLE = "a variable is in its name: a digest would hold for one value of it alone"
_IN_PIECES = "it is not written on one line as it is: pin it by hand"


def place_of_scalar(
    kind: PlaceKind, node: YamlNode, lines: Lines, prefix: str = ""
) -> PinPlace | None:
    """The image that a value names after `prefix`; None for a value that names none."""
    value = node.text or ""
    if not value.startswith(prefix):
        return None
    name = value[len(prefix) :]
    span = scalar_span(node, lines)
    if span is None or node.is_block:
        known = not isinstance(read_reference(name), str)
        return without_end(kind, name, node.span, _IN_PIECES) if known else None
    written = Span(span.start + len(prefix), span.end)
    if "$" in name:
        return _place_of_default(kind, name, written)
    return place_of_name(kind, name, written, written)


def _place_of_default(kind: PlaceKind, text: str, span: Span) -> PinPlace:
    """A name that ends with the default of a variable, as compose has it: `${IMAGE:-a/b:1}`.

    The digest is part of the default, so that another value goes without it.
    """
    match = _DEFAULT.fullmatch(text)
    if match is not None:
        name = match[1] + match[2]
        end = span.start + match.end(2)
        place = place_of_name(kind, name, span, Span(span.start, end))
        if place is not None:
            return place
    return without_end(kind, text, span, VARIABLE)
