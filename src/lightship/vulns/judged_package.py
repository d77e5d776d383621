"""`JudgedPackage`: a package as it is looked up in records of OSV, and what brought it."""

from __future__ import annotations

from lightship.record import record

NOWHERE = -1


@record
class PackageOrigin:
    """What brought a package, as far as that is known.

    `layer` counts from 0, NOWHERE is for none; `line` is `Dockerfile:4`, or the lock
    file of a directory, empty where none is known.
    """

    layer: int = NOWHERE
    line: str = ""
    instruction: str = ""
    is_base: bool = False


@record
class JudgedPackage:
    """A package of an image or a bill of materials.

    `ecosystem` is OSV's name before the colon, empty where OSV has none for it; `release` is which
    of its releases the package is of, as OSV writes it after the colon. `lookups` are the names
    and versions that records may have it under: the source package's where there is one. `obstacle`
    says why it cannot be looked up.
    """

    kind: str
    name: str
    version: str
    purl: str = ""
    ecosystem: str = ""
    release: str = ""
    lookups: tuple[tuple[str, str], ...] = ()
    origin: PackageOrigin = PackageOrigin()
    obstacle: str = ""
