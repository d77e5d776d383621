"""What following all advice saves: a byte that two findings speak of counts once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from lightship.image.stack import packed, reference
from lightship.image.waste import WasteReason
from lightship.inspection.inspected_parts import InspectedParts
from lightship.inspection.inspection import FindingGroup, ImageFinding, Together
from lightship.record import record

Copies = Sequence[int]  # references to files of one content; one of them stays


@record(eq=False)
class SavedFiles:
    """A finding, and references to the entries whose bytes it is about.

    Of each of `copies` all files but one are saved.
    """

    finding: ImageFinding
    entries: Iterable[int] = ()
    copies: Sequence[Copies] = ()


def together(known: InspectedParts, advised: Sequence[SavedFiles]) -> Together:
    """What following all of them saves, in bytes."""
    every = _Counted(known)
    # Counted apart: where a file was copied for its mode, one finding takes the copy for waste,
    # another for content that is not needed, and it is seen in the image
    content = _Counted(known)
    for item in advised:
        entries = tuple(item.entries)
        every.add(entries)
        if item.finding.group is FindingGroup.CONTENT:
            content.add(entries)
    # Last, since a copy that goes anyway leaves one less
    for item in advised:
        for copies in item.copies:
            every.add(every.further(copies))
            content.add(content.further(copies))
    return Together(every.own, every.in_base, content.own + content.in_base)


class _Counted:
    """The entries that were counted, and their bytes."""

    def __init__(self, known: InspectedParts) -> None:
        scans = known.contents.stack.scans
        self.sizes = [scan.sizes if scan else array("Q") for scan in scans]
        self.marks = [bytearray(len(sizes)) for sizes in self.sizes]
        self.bases = known.bases
        self.own = 0
        self.in_base = 0

    def add(self, entries: Iterable[int]) -> None:
        """Count those that were not counted yet."""
        added = [0] * len(self.sizes)  # by layer
        for layer, index in map(reference, entries):
            marks = self.marks[layer]
            if not marks[index]:
                marks[index] = 1
                added[layer] += self.sizes[layer][index]

        self.in_base += sum(added[: self.bases])
        self.own += sum(added[self.bases :])

    def further(self, copies: Copies) -> Copies:
        """The copies that are still there, without the one that stays: the lowest."""
        return sorted(filter(self._stays, copies))[1:]

    def _stays(self, entry: int) -> bool:
        layer, index = reference(entry)
        return not self.marks[layer][index]


def last_copies(known: InspectedParts, entries: Iterable[int]) -> Iterator[int]:
    """For each entry the last of its copies for other metadata: it need not have been written."""
    after = _copies(known)
    for entry in entries:
        last = entry
        while last in after:
            last = after[last]
        yield last


def _copies(known: InspectedParts) -> dict[int, int]:
    """For each file that was copied for other metadata that copy, both as references."""
    copied: set[int] = set()
    for item in known.contents.waste:
        if item.reason is WasteReason.METADATA:
            copied.add(packed(item.layer, item.entry))

    stack = known.contents.stack
    after: dict[int, int] = {}
    for layer, before in enumerate(stack.before):
        for index, old in enumerate(before):
            if old not in copied:
                continue
            entry = packed(layer, index)
            new = stack.files.get(entry, entry)
            if new > old:  # a hard link may lead back to a lower layer
                after[old] = new
    return after
