"""Advice on bytes of the final image that nothing there needs, by subject and layer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from lightship.image.stack import packed, reference
from lightship.inspection.inspected_parts import InspectedParts, of_bytes
from lightship.inspection.leftover_files import find_leftovers
from lightship.inspection.leftover_places import Places
from lightship.inspection.needless_packages import of_packages
from lightship.inspection.npm_development import DEVELOPMENT, development_files
from lightship.inspection.saved_bytes import SavedFiles
from lightship.inspection.subjects import SUBJECTS
from lightship.inspection.unused_environments import unused_venvs

# One cure serves for all layers
_TOGETHER = frozenset(("documentation", "translations", "logs", "debug-symbols"))

EntryPlace = tuple[int, int]  # (layer, index)


def find_content_advice(known: InspectedParts) -> Iterator[SavedFiles]:
    """All that is worth a finding."""
    leftovers = find_leftovers(known.contents, known.owners, known.ignored)
    for places in (
        leftovers.places,
        of_packages(known.contents, known.owners, known.ignored),
        unused_venvs(known.contents, leftovers, known.ignored),
        _of_development(known),
    ):
        subjects = dict.fromkeys(subject for subject, _ in places)
        for subject in subjects:
            yield from _of_subject(known, subject, places)


def _of_development(known: InspectedParts) -> Places:
    """The files of npm packages that only development needs."""
    places: Places = {}
    for layer, index in development_files(known.contents):
        path = known.contents.stack.scan(layer).paths[index]
        if not known.ignored(path):
            places.setdefault((DEVELOPMENT, layer), []).append(index)
    return places


def _of_subject(
    known: InspectedParts,
    subject: str,
    places: Places,
) -> Iterator[SavedFiles]:
    """One for each layer that wrote enough.

    Those of the base image together, and those of layers with little.
    """
    by_layer = _by_origin(known, subject, places)
    sizes: dict[int, int] = {}
    for layer, entries in by_layer.items():
        sizes[layer] = sum(known.size(*entry) for entry in entries)

    least = SUBJECTS[subject].least
    for group in _layer_groups(known, subject, sizes):
        saves = sum(sizes[layer] for layer in group)
        if saves < least:
            continue
        largest_first = sorted(group, key=lambda layer: -sizes[layer])
        of_group: list[EntryPlace] = []
        for layer in group:
            of_group += by_layer[layer]
        found = of_bytes(known, subject, of_group, saves, largest_first)
        yield SavedFiles(found, _saved(known, of_group, is_base=not found.saves))


def _saved(
    known: InspectedParts,
    entries: Iterable[EntryPlace],
    *,
    is_base: bool,
) -> Iterator[int]:
    """The entries whose bytes would be saved: of what the base image wrote those in its layers."""
    for entry in entries:
        written = _origin(known, *entry) if is_base else entry
        yield packed(*written)


def _by_origin(
    known: InspectedParts,
    subject: str,
    places: Places,
) -> dict[int, list[EntryPlace]]:
    """The entries of a subject by the layer that wrote them."""
    stack = known.contents.stack
    by_layer: dict[int, list[EntryPlace]] = defaultdict(list)
    for (name, layer), indices in places.items():
        before = stack.before[layer]
        if name != subject:
            continue
        for index in indices:
            origin = layer
            if before[index] >= 0:
                origin, _ = _origin(known, layer, index)
            by_layer[origin].append((layer, index))
    return by_layer


def _layer_groups(
    known: InspectedParts,
    subject: str,
    sizes: Mapping[int, int],
) -> list[list[int]]:
    """The layers that are told of together."""
    base = [layer for layer in sizes if known.is_base(layer)]
    own = [layer for layer in sizes if not known.is_base(layer)]
    least = SUBJECTS[subject].least
    large: list[int] = []
    if subject not in _TOGETHER:
        large = [layer for layer in own if sizes[layer] >= least]
    little = [layer for layer in own if layer not in large]
    return [base, *([layer] for layer in large), little]


def _origin(known: InspectedParts, layer: int, index: int) -> EntryPlace:
    """The entry that wrote a file, where later ones only copied it for its mode.

    Its size tells that.
    """
    stack = known.contents.stack
    bytes_ = known.size(layer, index)
    while (before := stack.before[layer][index]) >= 0:
        layer_before, index_before = reference(before)
        if known.size(layer_before, index_before) != bytes_:
            break
        layer = layer_before
        index = index_before
    return layer, index
