"""`InspectedParts`: what findings are made from, and how one is made of files."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from functools import cached_property
from itertools import starmap

from lightship.image.brought import Entry
from lightship.image.distribution import Distribution
from lightship.image.owners import UNOWNED, Owners
from lightship.image.read import Contents
from lightship.image.scan import SearchedFile
from lightship.image.stack import NEVER, packed, reference
from lightship.inspection.inspection import (
    Blame,
    Confidence,
    FindingPlace,
    ImageFinding,
)
from lightship.inspection.made_places import MadePlaces
from lightship.inspection.own_waste import base_layers
from lightship.inspection.phrases import line_number
from lightship.inspection.subjects import BASE_ADVICE, SUBJECTS, placed
from lightship.lint.finding import Severity
from lightship.record import record
from lightship.wording.counts import count
from lightship.wording.sizes import size

SYSTEM_MANAGERS = frozenset(("deb", "rpm", "apk"))
_SURE = (Confidence.EXACT, Confidence.MATCHED)


@record(eq=False, slots=False)
class InspectedParts:
    """The parts of an Inspection. `ignored` says which paths are left out; `secrets` are the
    files with some.
    """

    contents: Contents
    owners: Owners
    distribution: Distribution | None
    blame: tuple[Blame, ...]
    today: date
    ignored: Callable[[bytes], bool] = lambda _path: False
    secrets: Mapping[Entry, SearchedFile] = field(default_factory=dict)
    base_line: str = ""  # of the FROM that names the base image, where it is known

    @property
    def searches(self) -> bool:
        """Whether secrets are looked for."""
        return self.contents.reading.wanted.searches

    @cached_property
    def bases(self) -> int:
        """How many layers the base image has: they come first."""
        return base_layers(self.blame)

    def blamed(self, layer: int) -> Blame | None:
        """What made a layer; None where nothing is known of it."""
        return self.blame[layer] if layer < len(self.blame) else None

    def is_base(self, layer: int) -> bool:
        """Whether a layer is known to be the base image's.

        Where all are, it is the base image that is looked at.
        """
        return layer < self.bases

    def named(self, layer: int) -> str:
        """`layer 3`, or `layer 3 (line 7)` where the line of the Dockerfile is known."""
        name = f"layer {layer + 1}"
        blame = self.blamed(layer)
        line = line_number(blame) if blame else ""
        return f"{name} (line {line})" if line else name

    def advice(self, subject: str, layers: Collection[int]) -> str:
        """What to do about files that `layers` wrote, with the line where one RUN did."""
        cure = SUBJECTS[subject].cure
        blames = [self.blamed(layer) for layer in layers]
        first = blames[0] if len(blames) == 1 else None
        if first is None or first.confidence not in _SURE or first.is_base:
            return placed(cure, "", is_run=False)
        is_run = first.text.lstrip()[:4].upper() == "RUN "
        return placed(cure, line_number(first), is_run=is_run)

    def is_packaged(self, layer: int, index: int) -> bool:
        """Whether a package of the distribution has an entry."""
        owner = self.owners.owner[layer][index]
        if owner == UNOWNED:
            return False
        return self.owners.packages[owner].manager in SYSTEM_MANAGERS

    def size(self, layer: int, index: int) -> int:
        """The bytes of an entry."""
        return self.contents.stack.scan(layer).sizes[index]

    def place(self, layer: int, index: int, note: str = "") -> FindingPlace:
        """An entry as a Place."""
        stack = self.contents.stack
        scan = stack.scan(layer)
        path = scan.paths[index]
        size = scan.sizes[index]
        seen = stack.gone[layer][index] == NEVER
        return FindingPlace(path, size, layer, seen, note)


def finding(
    subject: str,
    message: str,
    count: int = 0,
    blame: Blame | None = None,
) -> ImageFinding:
    """A finding of a subject, without places and bytes."""
    row = SUBJECTS[subject]
    return ImageFinding(
        row.id,
        row.group,
        row.severity,
        message,
        count=count,
        blame=blame,
        rule=row.rule,
        advice=row.advice,
    )


def of_bytes(
    known: InspectedParts,
    subject: str,
    entries: Sequence[tuple[int, int]],
    saves: int,
    layers: Sequence[int],
) -> ImageFinding:
    """A finding of files of the final image that need not be there, as (layer, index).

    `layers` wrote them. `saves` is in bytes. The line is that of the first of `layers`. A finding
    in the base image is
    at most an info.
    """
    message = _message(subject, saves, len(entries), layers)
    unplaced = finding(subject, message, len(entries), known.blamed(layers[0]))
    found = replace(unplaced, places=largest(known, entries))
    if known.is_base(layers[0]):
        return of_base(known, replace(found, saves=0, in_base=saves))
    return replace(found, saves=saves, advice=known.advice(subject, layers))


def of_base(known: InspectedParts, item: ImageFinding) -> ImageFinding:
    """A finding of what the base image brought."""
    return replace(
        item,
        severity=min(item.severity, Severity.INFO),
        advice=placed(BASE_ADVICE, known.base_line, is_run=False),
        rule="full-base-image",
    )


def _message(subject: str, saves: int, number: int, layers: Sequence[int]) -> str:
    title = SUBJECTS[subject].title
    files = count(number, "file")
    where = f"{len(layers)} layers"
    if len(layers) == 1:
        where = f"layer {layers[0] + 1}"
    return f"{title}: {size(saves)} in {files} of {where}"


def largest(
    known: InspectedParts,
    entries: Sequence[tuple[int, int]],
    note: str = "",
) -> MadePlaces[int]:
    """Some entries as places, those with most bytes first."""
    references = array("q", starmap(packed, entries))

    def size_of(entry: int) -> int:
        return known.size(*reference(entry))

    def place(entry: int) -> FindingPlace:
        return known.place(*reference(entry), note)

    return MadePlaces(references, size_of, place)
