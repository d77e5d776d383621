"""Which package a file belongs to: deb, rpm, apk, Python distributions, npm packages."""

from __future__ import annotations

from array import array

from lightship.record import record

UNOWNED = -1


@record
class Package:
    """A package as its database names it. `manager` is deb, rpm, apk, python or npm.

    `size` is in bytes: the content of its files in the final image, hard links counting once; `files` counts them.
    `layer` is the one that brought most of its bytes, `wasted` the bytes of its files in layers that are waste.
    """

    manager: str
    name: str
    version: str
    size: int = 0
    files: int = 0
    layer: int = 0
    wasted: int = 0


@record(eq=False)
class Owners:
    """`owner[layer][index]` is the place of an entry's package in `packages`, or UNOWNED.

    `unowned` is in bytes of the final image. `notes` name databases that could not be read.
    """

    packages: tuple[Package, ...]
    owner: tuple[array[int], ...]
    unowned: int
    notes: tuple[str, ...] = ()
