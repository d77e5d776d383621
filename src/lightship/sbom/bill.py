"""`Bill`: the packages of an image, each with what brought it."""

from __future__ import annotations

from lightship.image.blame.blamed import Blame
from lightship.image.databases.package_lists import NO_FACTS, PackageFacts
from lightship.image.image import Image
from lightship.record import record
from lightship.sbom.licences import Licence


@record
class Component:
    """A package of the final image.

    `manager` is deb, rpm, apk, python or npm. `purl` is empty where a name has none. `layer` is the
    one that brought most of its bytes, `blame` what made that layer. `paths` are of the files that
    name the package, `facts` what they say beside that; `licences` are those of `facts`, as SPDX
    where they can be.
    """

    manager: str
    name: str
    version: str
    purl: str
    layer: int
    blame: Blame
    paths: tuple[bytes, ...] = ()
    facts: PackageFacts = NO_FACTS
    licences: tuple[Licence, ...] = ()


@record
class Bill:
    """All packages of an image, by manager, name and version."""

    image: Image
    components: tuple[Component, ...]
    notes: tuple[str, ...] = ()  # what could not be read, for people
