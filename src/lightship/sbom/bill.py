"""`Bill`: the packages of an image, each with what brought it, or those that locks name."""

from __future__ import annotations

from lightship.image.blame.blamed import Blame
from lightship.image.databases.package_lists import NO_FACTS, PackageFacts
from lightship.image.image import Image
from lightship.record import record
from lightship.sbom.attested import Attested
from lightship.sbom.licences import Licence

NO_LAYER = -1
NO_BLAME = Blame(NO_LAYER)


@record
class Component:
    """A package of the final image, or of a directory's lock files.

    `manager` is deb, rpm, apk, python, npm, cargo, composer, conda, gem, golang, maven or nuget.
    `purl` is empty where a name has none. `layer` is the one that brought most of its bytes,
    NO_LAYER in a directory; `blame` is what made that layer. `paths` are of the files that name
    the package, `facts` what they say beside that; `licences` are those of `facts`, as SPDX where
    they can be.
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
    """All packages of an image, by manager, name and version; those of a directory, by its name,
    where there is no image. `needs` are for each package the places of those that it needs; empty
    for a directory. `attested` is what attestations beside the image say.
    """

    image: Image | None
    components: tuple[Component, ...]
    notes: tuple[str, ...] = ()  # what could not be read, for people
    directory: str = ""
    needs: tuple[tuple[int, ...], ...] = ()
    attested: tuple[Attested, ...] = ()

    @property
    def name(self) -> str:
        """What it is a bill of; an image without a name has its digest for one."""
        if self.image is None:
            return self.directory
        return self.image.name or self.version

    @property
    def version(self) -> str:
        """The digest of the image; empty for a directory."""
        return "" if self.image is None else str(self.image.digest)

    def diff_id(self, component: Component) -> str:
        """The diff ID of the layer that brought a package; empty where it is not known."""
        if self.image is None or component.layer == NO_LAYER:
            return ""
        return str(self.image.layers[component.layer].diff_id or "")
