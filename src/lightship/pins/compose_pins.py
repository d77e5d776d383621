"""The places of a compose file that name images: `image:`, and contexts of builds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.builds.yaml_tree import YamlNode, read_yaml
from lightship.pins.pin_place import PinPlace, PlaceKind
from lightship.pins.scalar_pins import place_of_scalar
from lightship.record import record
from lightship.text import Lines, Span

DOCKER_IMAGE = "docker-image://"


@record(eq=False)
class ComposePins:
    """The places, and the names that services of the file give to what they build."""

    places: tuple[PinPlace, ...]
    built: frozenset[str]


def compose_pins(text: str) -> ComposePins:
    """What a compose file names. An UnreadableError where it is not YAML."""
    lines = Lines(text)
    built: set[str] = set()
    # Services may share a value by an anchor
    places: dict[Span, PinPlace] = {}
    for service in _services(text):
        image = service.get("image")
        build = service.get("build")
        if build is not None:
            if image is not None and image.text:
                built.add(_without_tag(image.text))
            found = _contexts(build, lines)
        else:
            platform = service.get("platform")
            found = _images(image, platform, lines)
        for place in found:
            places.setdefault(place.span, place)
    in_order = sorted(places.values(), key=lambda place: place.span)
    return ComposePins(tuple(in_order), frozenset(built))


def _services(text: str) -> Iterator[YamlNode]:
    for document in read_yaml(text):
        services = document.get("services")
        if services is not None:
            yield from services.entries.values()


def _images(
    image: YamlNode | None, platform: YamlNode | None, lines: Lines
) -> Iterator[PinPlace]:
    if image is None:
        return
    place = place_of_scalar(PlaceKind.IMAGE, image, lines)
    if place is not None:
        named = platform.text if platform is not None else None
        yield replace(place, platform=named or "")


def _contexts(build: YamlNode, lines: Lines) -> Iterator[PinPlace]:
    """Images that a build takes for contexts: by name, the longer form of compose."""
    contexts = build.get("additional_contexts")
    if contexts is None:
        return
    for node in contexts.entries.values():
        place = place_of_scalar(PlaceKind.CONTEXT, node, lines, DOCKER_IMAGE)
        if place is not None:
            yield place
    for node in contexts.items:
        name, _, _ = (node.text or "").partition("=")
        prefix = f"{name}={DOCKER_IMAGE}"
        place = place_of_scalar(PlaceKind.CONTEXT, node, lines, prefix)
        if place is not None:
            yield place


def _without_tag(name: str) -> str:
    """A name without the tag after its last `/`, as the repository's own images are named."""
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}"
