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
        self.names, self.owner, self.layers = claims.numbers, owner, claims.layers
        self.sizes, self.files, self.most, self.wasted = (
            [0] * len(self.layers) for _ in range(4)
        )
        self.unowned = 0

    def count(self, contents: Contents) -> None:
        """All files that are seen. One that is seen under further names alone counts as well,
        once.
        """
        if self.layers:
            elsewhere = self._linked(contents.stack)
            for layer, scan in enumerate(contents.stack.scans):
                if scan is not None:
                    self._count(
                        layer,
                        scan,
                        contents.stack.gone[layer],
                        elsewhere.get(layer, ()),
                    )
        for item in contents.waste:
            if (number := self.owner[item.layer][item.entry]) != NOBODY:
                self.wasted[number] += item.size
        self.unowned = contents.content_bytes - contents.wasted_bytes - sum(self.sizes)

    def _count(
        self,
        layer: int,
        scan: Scan,
        gone: array[int],
        elsewhere: Iterable[tuple[int, int]],
    ) -> None:
        sizes, files = dict[int, int](), dict[int, int]()
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
            if number != NOBODY:
                self.sizes[number] += size
                self.files[number] += files[number]
                if size > self.most[number]:
                    self.most[number], self.layers[number] = size, layer

    def _linked(self, stack: Stack) -> dict[int, list[tuple[int, int]]]:
        """Owner and size of files that are seen as hard links alone, by layer.

        A link's owner is that of its file.
        """
        found: dict[int, list[tuple[int, int]]] = {}
        for file, links in stack.linked.items():
            layer, index = reference(file)
            if stack.scan(layer).kinds[index] != _FILE:
                continue
            seen = [
                self.owner[at][place]
                for at, place in map(reference, links)
                if stack.gone[at][place] == NEVER
            ]
            number = next((number for number in seen if number != NOBODY), NOBODY)
            if stack.gone[layer][index] == NEVER:
                if self.owner[layer][index] == NOBODY:
                    self.owner[layer][index] = number
            elif seen:
                found.setdefault(layer, []).append(
                    (number, stack.scan(layer).sizes[index])
                )
        return found
