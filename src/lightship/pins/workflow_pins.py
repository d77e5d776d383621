"""The places of a workflow or an action of GitHub that name images, and Gitea's and Forgejo's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.builds.yaml_tree import YamlNode, read_yaml
from lightship.pins.action_pins import place_of_action
from lightship.pins.pin_place import PinPlace, PlaceKind
from lightship.pins.scalar_pins import place_of_scalar
from lightship.text import Lines, Span

_DOCKER = "docker://"
_SETTING = "which server has it is a setting of Gitea or Forgejo"


def workflow_pins(text: str, *, is_github: bool = True) -> tuple[PinPlace, ...]:
    """What a file names, in order. An UnreadableError where it is not YAML.

    Which server has the actions of Gitea and Forgejo is a setting of theirs: they are left.
    """
    lines = Lines(text)
    # Jobs may share a value by an anchor
    places: dict[Span, PinPlace] = {}
    for document in read_yaml(text):
        for place in _of_document(document, lines):
            places.setdefault(place.span, place)
    found = list(places.values())
    if not is_github:
        found = list(map(_left, found))
    found.sort(key=lambda place: place.span)
    return tuple(found)


def _left(place: PinPlace) -> PinPlace:
    if place.action is None:
        return place
    return replace(place, end=None, why=_SETTING, is_foreign=False)


def _of_document(document: YamlNode, lines: Lines) -> Iterator[PinPlace]:
    jobs = document.get("jobs")
    if jobs is not None:
        for job in jobs.entries.values():
            yield from _of_job(job, lines)
    runs = document.get("runs")  # an action
    if runs is not None:
        yield from _action_image(runs.get("image"), lines)
        yield from _of_steps(runs, lines)


def _of_job(job: YamlNode, lines: Lines) -> Iterator[PinPlace]:
    container = job.get("container")
    yield from _of_container(PlaceKind.CONTAINER, container, lines)
    services = job.get("services")
    if services is not None:
        for service in services.entries.values():
            yield from _of_container(PlaceKind.SERVICE, service, lines)
    yield from _of_steps(job, lines)
    yield from _action(job.get("uses"), lines)


def _of_container(
    kind: PlaceKind, node: YamlNode | None, lines: Lines
) -> Iterator[PinPlace]:
    """A container: its image alone, or with more about it."""
    if node is not None and node.entries:
        node = node.get("image")
    yield from _place(kind, node, lines)


def _of_steps(holder: YamlNode, lines: Lines) -> Iterator[PinPlace]:
    steps = holder.get("steps")
    if steps is None:
        return
    for step in steps.items:
        uses = step.get("uses")
        yield from _action_image(uses, lines)
        yield from _action(uses, lines)


def _action_image(node: YamlNode | None, lines: Lines) -> Iterator[PinPlace]:
    """`docker://IMAGE`, which runs as an action."""
    return _place(PlaceKind.ACTION_IMAGE, node, lines, _DOCKER)


def _action(node: YamlNode | None, lines: Lines) -> Iterator[PinPlace]:
    """An action, or a workflow of another repository."""
    if node is None:
        return
    place = place_of_action(node, lines)
    if place is not None:
        yield place


def _place(
    kind: PlaceKind, node: YamlNode | None, lines: Lines, prefix: str = ""
) -> Iterator[PinPlace]:
    if node is None or not node.text:
        return
    place = place_of_scalar(kind, node, lines, prefix)
    if place is not None:
        yield place
