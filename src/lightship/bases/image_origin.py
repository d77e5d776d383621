"""Which base image an image has, by what it says of itself: plain data, no registry is asked.

Four things can say it, and the first that does is believed: the Dockerfile that made it, BuildKit's
provenance, the annotation and label `org.opencontainers.image.base.name` (OCI image-spec,
annotations.md), and the history, in which official images are known by their own instructions. A
label may be the base image's, told of its own base; so the history is named beside it where both
differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lightship.base_images.reference import Reference, read_reference
from lightship.bases.official_history import OfficialBase, official_base
from lightship.build import Build
from lightship.cache.records.build_record import image_of_material
from lightship.image.image import Attestation, Image
from lightship.inspection.inspection import Inspection
from lightship.inspection.own_waste import base_layers
from lightship.pyproject.data_files import rows, table, text_at
from lightship.record import record
from lightship.wording.dates import read_day

_BASE_NAME = "org.opencontainers.image.base.name"
_LONGEST = 300
_MOST = 64  # images that provenance names


@record
class Witness:
    """A name for the base image, and what says so."""

    name: str
    says: str


@record
class ImageOrigin:
    """An image, and which base it has; `base` is empty where nothing says it.

    `witnesses` are all that name one, the most trusted first. `layers` is how many of its layers
    are the base's, and `size` their bytes, uncompressed; both are None where that is not known.
    `total` are the bytes of all layers. `base_built` is the day of the base's last layer, None
    where it is not known or made up. `system` is the distribution's name, empty for none.
    """

    image: str
    base: str
    witnesses: tuple[Witness, ...]
    layers: int | None
    size: int | None
    total: int
    base_built: date | None
    packages: int
    base_packages: int | None
    system: str = ""


def image_origin(inspection: Inspection, build: Build | None) -> ImageOrigin:
    """The base of an image that was read, and of the build that made it where that is known."""
    contents = inspection.contents
    image = contents.image
    official = official_base(image, inspection.distribution)
    witnesses = tuple(_distinct(_witnesses(image, build, official)))
    layers = _base_layers(inspection, build, official)
    sizes = [scan.tar_bytes if scan else 0 for scan in contents.stack.scans]
    packages = inspection.owners.packages
    system = inspection.distribution
    return ImageOrigin(
        image=image.name,
        base=witnesses[0].name if witnesses else "",
        witnesses=witnesses,
        layers=layers,
        size=None if layers is None else sum(sizes[:layers]),
        total=sum(sizes),
        base_built=_built(image, layers),
        packages=len(packages),
        base_packages=_of_base(layers, [package.layer for package in packages]),
        system=system.name if system is not None else "",
    )


def _distinct(witnesses: Iterator[Witness]) -> Iterator[Witness]:
    """Without names that an earlier witness gave, and without what does not name an image."""
    seen: set[object] = set()
    for witness in witnesses:
        name = read_reference(witness.name)
        if isinstance(name, str) or len(witness.name) > _LONGEST:
            continue
        if name not in seen:
            seen.add(name)
            yield witness


def _witnesses(
    image: Image, build: Build | None, official: OfficialBase | None
) -> Iterator[Witness]:
    if build is not None:
        root = build.root_image(build.lineage[0]) if build.lineage else None
        if root is not None:
            yield Witness(_written(root), "the Dockerfile says so")
    for attestation in image.attestations:
        yield from _of_provenance(attestation)
    if name := image.annotations.get(_BASE_NAME, ""):
        yield Witness(name, "an annotation of its manifest says so")
    if name := image.config.labels.get(_BASE_NAME, ""):
        yield Witness(name, "a label says so, which may be the base image's own")
    if official is not None:
        yield Witness(official.name, "its history has that image's instructions")


def _written(image: Reference) -> str:
    tag = f":{image.tag}" if image.tag else ""
    digest = f"@{image.digest}" if image.digest else ""
    return f"{image.name}{tag}{digest}"


def _of_provenance(attestation: Attestation) -> Iterator[Witness]:
    """The image that a build took, where it took one; of several none is known to be the base."""
    if "slsa.dev/provenance" not in attestation.predicate_type:
        return
    predicate = table(attestation.statement, "predicate")
    materials = rows(predicate, "materials")
    materials = materials or rows(predicate, "buildDefinition", "resolvedDependencies")
    names: list[str] = []
    for material in materials[:_MOST]:
        name = image_of_material(text_at(material, "uri"))
        if name and "docker/buildkit" not in name and "docker/dockerfile" not in name:
            names.append(name)
    if len(set(names)) == 1:
        yield Witness(names[0], "the provenance says that it took no other image")


def _base_layers(
    inspection: Inspection, build: Build | None, official: OfficialBase | None
) -> int | None:
    """How many layers are the base's: by the Dockerfile, else by the history.

    Else they are those of an earlier builder, or as provenance says.
    """
    by_blame = base_layers(inspection.blame) or None
    if official is None or (build is not None and by_blame is not None):
        return by_blame
    return official.layers


def _built(image: Image, layers: int | None) -> date | None:
    row = image.row(layers - 1) if layers else None
    return read_day(row.created) if row is not None else None


def _of_base(layers: int | None, of_packages: list[int]) -> int | None:
    if layers is None:
        return None
    return sum(layer < layers for layer in of_packages)
