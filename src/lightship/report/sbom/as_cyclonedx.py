"""A bill of materials as CycloneDX JSON.

The same image gives the same bytes: the serial number is made of the content, and the time is not
that of the run. Layer, line and base are properties; files that name a package are occurrences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import cast
from uuid import NAMESPACE_URL, UUID, uuid5

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component as Part
from cyclonedx.model.component import ComponentType
from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
from cyclonedx.model.dependency import Dependency
from cyclonedx.model.license import (
    DisjunctiveLicense,
    License,
    LicenseAcknowledgement,
    LicenseExpression,
)
from cyclonedx.output.json import BY_SCHEMA_VERSION
from cyclonedx.schema import SchemaVersion
from cyclonedx.spdx import is_supported_id
from packageurl import PackageURL

from lightship import __version__
from lightship.report.kit.json_stream import printable_json
from lightship.report.sbom.as_json import write_bill as write_json
from lightship.report.sbom.bill_properties import locations, properties
from lightship.report.sbom.sbom_formats import BillView
from lightship.sbom.bill import Bill, Component
from lightship.sbom.licences import together

_VERSIONS = {"1.6": SchemaVersion.V1_6, "1.7": SchemaVersion.V1_7}

_DECLARED = LicenseAcknowledgement.DECLARED


def write_bill(bill: Bill, view: BillView) -> Iterator[str]:
    """A Bill as CycloneDX describes it."""
    whole = _whole(bill)
    lightship = Part(
        name="lightship",
        version=__version__,
        type=ComponentType.APPLICATION,
        bom_ref="lightship",
    )
    metadata = BomMetaData(component=whole)
    # Without a time it would be that of the run; None leaves it out
    metadata.timestamp = cast("datetime", view.time)
    metadata.tools.components.add(lightship)
    parts = list(_parts(bill))
    bom = Bom(
        serial_number=_serial(bill, view),
        metadata=metadata,
        components=parts,
        dependencies=_dependencies(bill, whole, parts),
    )
    output = BY_SCHEMA_VERSION[_VERSIONS[view.spec_version]](bom)
    yield printable_json(output.output_as_string(indent=2)) + "\n"


def _dependencies(
    bill: Bill, whole: Part, parts: Sequence[Part]
) -> Iterator[Dependency]:
    """The library's `register_dependency` would look through all that there are for each one."""
    leaves = [Dependency(part.bom_ref) for part in parts]
    yield Dependency(whole.bom_ref, leaves)
    needs = bill.needs or ((),) * len(parts)
    for part, places in zip(parts, needs, strict=True):
        needed = [leaves[place] for place in places]
        yield Dependency(part.bom_ref, needed)


def _whole(bill: Bill) -> Part:
    """What the bill is of."""
    if bill.image is None:
        application = ComponentType.APPLICATION
        return Part(name=bill.name, type=application, bom_ref="directory")
    return Part(
        name=bill.name,
        version=bill.version,
        type=ComponentType.CONTAINER,
        bom_ref="image",
    )


def _serial(bill: Bill, view: BillView) -> UUID:
    content = "".join(write_json(bill, view))
    return uuid5(NAMESPACE_URL, f"lightship {__version__} {view.time}\n{content}")


def _parts(bill: Bill) -> Iterator[Part]:
    seen: Counter[str] = Counter()
    for component in bill.components:
        reference = component.purl or f"{component.manager}:{component.name}"
        seen[reference] += 1
        unique = f"{reference}#{seen[reference]}"
        yield _part(bill, component, unique if seen[reference] > 1 else reference)


def _part(bill: Bill, component: Component, reference: str) -> Part:
    url = component.purl
    return Part(
        name=component.name,
        version=component.version or None,
        type=ComponentType.LIBRARY,
        bom_ref=reference,
        purl=PackageURL.from_string(url) if url else None,
        properties=_properties(bill, component),
        licenses=_licences(component),
        evidence=ComponentEvidence(occurrences=_occurrences(component, reference)),
    )


def _properties(bill: Bill, component: Component) -> Iterator[Property]:
    for name, value in properties(bill, component):
        yield Property(name=name, value=value)


def _licences(component: Component) -> Iterator[License]:
    """Ids and names, or one expression: CycloneDX 1.6 cannot have both.

    Where it would need both, an expression is the name of a licence.
    """
    found = component.licences
    is_simple = all(each.is_id for each in found if each.is_spdx)
    if found and not is_simple and all(each.is_spdx for each in found):
        yield LicenseExpression(together(found), acknowledgement=_DECLARED)
        return
    for each in found:
        if each.is_id and is_supported_id(each.text):
            yield DisjunctiveLicense(id=each.text, acknowledgement=_DECLARED)
        else:
            yield DisjunctiveLicense(name=each.text, acknowledgement=_DECLARED)


def _occurrences(component: Component, reference: str) -> Iterator[Occurrence]:
    """The files that name a package; the library orders them by their references."""
    for number, location in enumerate(locations(component)):
        own = f"{reference}#file-{number:06}"
        yield Occurrence(bom_ref=own, location=location)
