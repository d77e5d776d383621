"""A bill of materials as SPDX 2.3 JSON.

The same image gives the same bytes: the namespace is made of the content. SPDX needs a time: where
none is known it is the start of 1970. What brought a package is its comment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from license_expression import LicenseExpression, get_spdx_licensing
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
from lightship.report.sbom.as_json import write_bill as write_json
from lightship.report.sbom.sbom_formats import BillView
from lightship.sbom.bill import NO_LAYER, Bill, Component
from lightship.sbom.licences import Licence, together
from lightship.wording.printable import escaped_bytes

_DOCUMENT = "SPDXRef-DOCUMENT"
_CONTAINER = PackagePurpose.CONTAINER
_NAMESPACE = "https://spdx.org/spdxdocs/lightship-"
_START = datetime(1970, 1, 1, tzinfo=UTC)


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
        extracted_licensing_info=list(licences.extracted()),
    )
    converted = DocumentConverter().convert(document)  # type: ignore[no-untyped-call]
    yield dumps(converted) + "\n"


def _needs(bill: Bill, parts: list[Package]) -> Iterator[Relationship]:
    for part, places in zip(parts, bill.needs, strict=False):
        for place in places:
            needed = parts[place].spdx_id
            yield Relationship(part.spdx_id, RelationshipType.DEPENDS_ON, needed)


def _creation(bill: Bill, view: BillView) -> CreationInfo:
    content = "".join(write_json(bill, view))
    time = view.time or _START
    seed = f"lightship {__version__} {time}\n{content}"
    return CreationInfo(
        "SPDX-2.3",
        _DOCUMENT,
        bill.name,
        _NAMESPACE + sha256(seed.encode("utf-8", "replace")).hexdigest(),
        [Actor(ActorType.TOOL, f"lightship-{__version__}")],
        time.replace(microsecond=0, tzinfo=None),  # the library writes it with a Z
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


class DeclaredLicences:
    """Licences as expressions, and a `LicenseRef` for each name that is not of SPDX' list."""

    def __init__(self) -> None:
        self._references: dict[str, str] = {}

    def declared(self, component: Component) -> LicenseExpression | None:
        """All that a package states; None where it states nothing."""
        if not component.licences:
            return None
        text = together(map(self._known, component.licences))
        return get_spdx_licensing().parse(text)

    def extracted(self) -> Iterator[ExtractedLicensingInfo]:
        """What each `LicenseRef` stands for."""
        for name, reference in self._references.items():
            yield ExtractedLicensingInfo(reference, name, name)

    def _known(self, licence: Licence) -> Licence:
        if licence.is_spdx:
            return licence
        reference = f"LicenseRef-{len(self._references) + 1}"
        reference = self._references.setdefault(licence.text, reference)
        return Licence(reference, is_spdx=True)


def _package(number: int, component: Component, licences: DeclaredLicences) -> Package:
    return Package(
        f"SPDXRef-Package-{number}",
        component.name,
        SpdxNoAssertion(),
        version=component.version or None,
        files_analyzed=False,
        license_declared=licences.declared(component),
        comment=_comment(component),
        source_info=_source(component),
        external_references=_references(component),
    )


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
