"""A bill of materials as SPDX 2.3 JSON.

The same image gives the same bytes: the namespace is made of the content. What brought a package is
its comment.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from license_expression import LicenseExpression
from spdx_tools.spdx.jsonschema.document_converter import DocumentConverter
from spdx_tools.spdx.model.actor import Actor, ActorType
from spdx_tools.spdx.model.document import CreationInfo, Document
from spdx_tools.spdx.model.extracted_licensing_info import ExtractedLicensingInfo
from spdx_tools.spdx.model.package import (
    ExternalPackageRef,
    ExternalPackageRefCategory,
    Package,
    PackagePurpose,
)
from spdx_tools.spdx.model.relationship import Relationship, RelationshipType
from spdx_tools.spdx.model.spdx_no_assertion import SpdxNoAssertion

from lightship import __version__
from lightship.inspection import phrases
from lightship.report.kit.json_stream import dumps
from lightship.report.sbom.declared_licences import DeclaredLicences
from lightship.report.sbom.sbom_formats import BillView
from lightship.report.sbom.spdx_identity import created, namespace
from lightship.sbom.bill import NO_LAYER, Bill, Component
from lightship.sbom.licences import spdx_licensing
from lightship.wording.printable import escaped_bytes

_DOCUMENT = "SPDXRef-DOCUMENT"
_CONTAINER = PackagePurpose.CONTAINER


def write_bill(bill: Bill, view: BillView) -> Iterator[str]:
    """A Bill as SPDX 2.3 describes it."""
    licences = DeclaredLicences()
    whole = _whole_id(bill)
    parts = [
        _package(number, component, licences)
        for number, component in enumerate(bill.components, 1)
    ]
    document = Document(
        _creation(bill, view),
        packages=[_whole(bill), *parts],
        relationships=[
            Relationship(_DOCUMENT, RelationshipType.DESCRIBES, whole),
            *(
                Relationship(whole, RelationshipType.CONTAINS, part.spdx_id)
                for part in parts
            ),
            *_needs(bill, parts),
        ],
        extracted_licensing_info=list(_extracted(licences)),
    )
    converted = DocumentConverter().convert(document)  # type: ignore[no-untyped-call]
    yield dumps(converted) + "\n"


def _needs(bill: Bill, parts: list[Package]) -> Iterator[Relationship]:
    for part, places in zip(parts, bill.needs, strict=False):
        for place in places:
            needed = parts[place].spdx_id
            yield Relationship(part.spdx_id, RelationshipType.DEPENDS_ON, needed)


def _creation(bill: Bill, view: BillView) -> CreationInfo:
    return CreationInfo(
        "SPDX-2.3",
        _DOCUMENT,
        bill.name,
        namespace(bill, view),
        [Actor(ActorType.TOOL, f"lightship-{__version__}")],
        created(view).replace(tzinfo=None),  # the library writes it with a Z
    )


def _whole(bill: Bill) -> Package:
    """What the bill is of."""
    is_image = bill.image is not None
    return Package(
        _whole_id(bill),
        bill.name,
        SpdxNoAssertion(),
        version=bill.version or None,
        files_analyzed=False,
        primary_package_purpose=_CONTAINER if is_image else PackagePurpose.SOURCE,
    )


def _whole_id(bill: Bill) -> str:
    return "SPDXRef-Image" if bill.image else "SPDXRef-Directory"


def _extracted(licences: DeclaredLicences) -> Iterator[ExtractedLicensingInfo]:
    """What each `LicenseRef` stands for."""
    for name, reference in licences.references.items():
        yield ExtractedLicensingInfo(reference, name, name)


def _package(number: int, component: Component, licences: DeclaredLicences) -> Package:
    return Package(
        f"SPDXRef-Package-{number}",
        component.name,
        SpdxNoAssertion(),
        version=component.version or None,
        files_analyzed=False,
        license_declared=_declared(licences.declared(component)),
        comment=_comment(component),
        source_info=_source(component),
        external_references=_references(component),
    )


@lru_cache(4096)
def _declared(text: str) -> LicenseExpression | None:
    return spdx_licensing().parse(text) if text else None


def _references(component: Component) -> list[ExternalPackageRef]:
    if not component.purl:
        return []
    category = ExternalPackageRefCategory.PACKAGE_MANAGER
    return [ExternalPackageRef(category, "purl", component.purl)]


def _comment(component: Component) -> str:
    """`layer 2, Dockerfile:4`; layers count from 1, as for people. In a directory it is which
    files name the package.
    """
    if component.layer == NO_LAYER:
        return ", ".join(map(escaped_bytes, component.paths))
    whose = "the base image" if component.blame.is_base else ""
    parts = (f"layer {component.layer + 1}", phrases.line(component.blame), whose)
    return ", ".join(filter(None, parts))


def _source(component: Component) -> str | None:
    """`built from glibc 2.41-12`, where a distribution says it."""
    facts = component.facts
    return f"built from {facts.source} {facts.source_version}" if facts.source else None
