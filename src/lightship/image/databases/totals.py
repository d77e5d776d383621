"""The bytes of each package."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import chain

from lightship.image.databases.owned_paths import NOBODY, Claims
from lightship.image.read import Contents
from lightship.image.scan import EntryKind, Scan
from lightship.image.stack import NEVER, Stack, reference

_FILE = int(EntryKind.FILE)


class Totals:
    """The bytes of each package in the final image."""

    def __init__(self, claims: Claims, owner: tuple[array[int], ...]) -> None:
        self.names = claims.numbers
        self.owner = owner
        self.layers = claims.layers
        count = len(self.layers)
        self.sizes = [0] * count
        self.files = [0] * count
        self.most = [0] * count
        self.wasted = [0] * count
        self.unowned = 0

    def count(self, contents: Contents) -> None:
        """All files that are seen. One that is seen under further names alone counts as well,
        once.
        """
        if self.layers:
            self._count_all(contents.stack)

        for item in contents.waste:
            number = self.owner[item.layer][item.entry]
            if number != NOBODY:
                self.wasted[number] += item.size

        seen_bytes = contents.content_bytes - contents.wasted_bytes
        self.unowned = seen_bytes - sum(self.sizes)

    def _count_all(self, stack: Stack) -> None:
        elsewhere = self._linked(stack)
        for layer, scan in enumerate(stack.scans):
            if scan is not None:
                links = elsewhere.get(layer, ())
                self._count(layer, scan, stack.gone[layer], links)

    def _count(
        self,
        layer: int,
        scan: Scan,
        gone: array[int],
        elsewhere: Iterable[tuple[int, int]],
    ) -> None:
        sizes: dict[int, int] = {}
        files: dict[int, int] = {}
        columns = zip(self.owner[layer], scan.kinds, scan.sizes, gone, strict=True)
        seen = (
            (number, size)
            for number, kind, size, end in columns
            if end == NEVER and kind == _FILE
        )
        for number, size in chain(seen, elsewhere):
            sizes[number] = sizes.get(number, 0) + size
            files[number] = files.get(number, 0) + 1

        for number, size in sizes.items():
            if number == NOBODY:
                continue
            self.sizes[number] += size
            self.files[number] += files[number]
            if size > self.most[number]:
                self.most[number] = size
                self.layers[number] = layer

    def _linked(self, stack: Stack) -> dict[int, list[tuple[int, int]]]:
        """Owner and size of files that are seen as hard links alone, by layer.

        A link's owner is that of its file.
        """
        linked: dict[int, list[tuple[int, int]]] = {}
        for file, links in stack.linked.items():
            layer, index = reference(file)
            if stack.scan(layer).kinds[index] != _FILE:
                continue
            owners = [
                self.owner[at][place]
                for at, place in map(reference, links)
                if stack.gone[at][place] == NEVER
            ]
            known = [number for number in owners if number != NOBODY]
            number = known[0] if known else NOBODY
            if stack.gone[layer][index] == NEVER:
                if self.owner[layer][index] == NOBODY:
                    self.owner[layer][index] = number
            elif owners:
                size = stack.scan(layer).sizes[index]
                linked.setdefault(layer, []).append((number, size))
        return linked
