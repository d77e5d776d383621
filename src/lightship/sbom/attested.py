"""What attestations beside an image say of it: another's bill of materials, and who built it.

BuildKit keeps them in the index (`--sbom`, `--provenance`): SPDX or CycloneDX as the predicate of
an in-toto statement, and SLSA's provenance, v0.2 and v1. What they say is the builder's word:
packages of theirs that are not found here are named, and none of them is believed to be there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from packageurl import PackageURL

from lightship.image.image import Attestation
from lightship.pyproject.data_files import at, rows, table, text_at
from lightship.record import record

_MOST_PACKAGES = 200_000
_MOST_SHOWN = 1_000
_LONGEST = 4096  # characters of a package URL or an address


@record
class Attested:
    """One attestation.

    `packages` counts the package URLs of a bill of materials, None where it is none; `unlisted` are
    those that are not in ours, without qualifiers. `builder` and `materials` (what the build took)
    are of a provenance.
    """

    predicate_type: str
    packages: int | None = None
    unlisted: tuple[str, ...] = ()
    builder: str = ""
    materials: tuple[str, ...] = ()


def attested(
    attestations: Iterable[Attestation], purls: Iterable[str]
) -> tuple[Attested, ...]:
    """What each attestation says, beside the package URLs that were found."""
    known = frozenset(map(bare, purls))
    return tuple(_read(attestation, known) for attestation in attestations)


def bare(purl: str) -> str:
    """A package URL without its qualifiers; empty for what is none."""
    try:
        url = PackageURL.from_string(purl)
    except ValueError:
        return ""
    name = f"{url.name}/{url.subpath}" if url.subpath else url.name
    return PackageURL(url.type, url.namespace, name, url.version).to_string()


def _read(attestation: Attestation, known: Collection[str]) -> Attested:
    kind = attestation.predicate_type
    predicate = table(attestation.statement, "predicate")
    if "packages" in predicate or "components" in predicate:
        found = _purls(predicate)
        unlisted = sorted(set(map(bare, found)).difference(known, ("",)))
        return Attested(kind, len(found), tuple(unlisted[:_MOST_SHOWN]))
    builder = table(predicate, "builder") or table(predicate, "runDetails", "builder")
    return Attested(
        kind, builder=text_at(builder, "id"), materials=tuple(_materials(predicate))
    )


def _purls(predicate: Mapping[str, Any]) -> list[str]:
    """Those of SPDX, or of CycloneDX; each once, in their order."""
    packages = rows(predicate, "packages")[:_MOST_PACKAGES]
    stated = [
        text_at(reference, "referenceLocator")
        for package in packages
        for reference in rows(package, "externalRefs")
        if text_at(reference, "referenceType") == "purl"
    ]
    components = rows(predicate, "components")[:_MOST_PACKAGES]
    stated += [text_at(component, "purl") for component in components]
    return [purl for purl in dict.fromkeys(stated) if 0 < len(purl) <= _LONGEST]


def _materials(predicate: Mapping[str, Any]) -> Iterator[str]:
    stated = at(predicate, "materials") or at(
        predicate, "buildDefinition", "resolvedDependencies"
    )
    listed = stated if isinstance(stated, list) else []
    for material in islice(listed, _MOST_SHOWN):
        address = text_at(material, "uri")
        if 0 < len(address) <= _LONGEST:
            yield address
