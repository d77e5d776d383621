"""A bill of materials as CycloneDX JSON.

The same image gives the same bytes: the serial number is made of the content, and the time is not
that of the run. Layer, line and base are properties; files that name a package are occurrences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import cast
from uuid import NAMESPACE_URL, UUID, uuid5

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component as Part
from cyclonedx.model.component import ComponentType
from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
from cyclonedx.output.json import BY_SCHEMA_VERSION
from cyclonedx.schema import SchemaVersion
from packageurl import PackageURL

from lightship import __version__
from lightship.inspection import phrases
from lightship.report.kit.json_stream import dumps, path_fields, printable_json
from lightship.report.sbom.as_json import write_bill as write_json
from lightship.report.sbom.sbom_formats import BillView
from lightship.sbom.bill import Bill, Component

_VERSIONS = {"1.6": SchemaVersion.V1_6, "1.7": SchemaVersion.V1_7}


def write_bill(bill: Bill, view: BillView) -> Iterator[str]:
    """A Bill as CycloneDX describes it."""
    image = Part(
        name=bill.image.name or str(bill.image.digest),
        version=str(bill.image.digest),
        type=ComponentType.CONTAINER,
        bom_ref="image",
    )
    lightship = Part(
        name="lightship",
        version=__version__,
        type=ComponentType.APPLICATION,
        bom_ref="lightship",
    )
    metadata = BomMetaData(component=image)
    # Without a time it would be that of the run; None leaves it out
    metadata.timestamp = cast("datetime", view.time)
    metadata.tools.components.add(lightship)
    bom = Bom(
        serial_number=_serial(bill, view),
        metadata=metadata,
        components=_parts(bill),
    )
    bom.register_dependency(image, bom.components)
    output = BY_SCHEMA_VERSION[_VERSIONS[view.spec_version]](bom)
    yield printable_json(output.output_as_string(indent=2)) + "\n"


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
        evidence=ComponentEvidence(occurrences=_occurrences(component)),
    )


def _properties(bill: Bill, component: Component) -> Iterator[Property]:
    facts = component.facts
    values = {
        "lightship:architecture": facts.architecture,
        "lightship:base": dumps(component.blame.is_base),
        "lightship:instruction": phrases.instruction(component.blame),
        "lightship:layer": str(component.layer),
        "lightship:layer:diff_id": str(
            bill.image.layers[component.layer].diff_id or ""
        ),
        "lightship:line": phrases.line(component.blame),
        "lightship:source": facts.source,
        "lightship:source:version": facts.source_version,
    }
    for name, value in values.items():
        if value:
            yield Property(name=name, value=value)


def _occurrences(component: Component) -> Iterator[Occurrence]:
    for path in component.paths:
        yield Occurrence(location=cast("str", path_fields(path)["path"]))
