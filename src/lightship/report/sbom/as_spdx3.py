"""A bill of materials as SPDX 3.0.1 JSON-LD.

The same image gives the same bytes: addresses are made of the content, and time is not that of the
run. What brought a package has no place in the model: it is in its extension for the properties of
CycloneDX, which have the same names there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spdx_python_model.bindings import v3_0_1 as spdx

from lightship import __version__
from lightship.report.kit.json_stream import dumps
from lightship.report.sbom.bill_properties import locations, properties
from lightship.report.sbom.declared_licences import DeclaredLicences
from lightship.report.sbom.sbom_formats import BillView
from lightship.report.sbom.spdx_identity import created, namespace
from lightship.sbom.bill import Bill, Component

_VERSION = "3.0.1"
_PROFILES = [
    spdx.ProfileIdentifierType.core,
    spdx.ProfileIdentifierType.extension,
    spdx.ProfileIdentifierType.simpleLicensing,
    spdx.ProfileIdentifierType.software,
]


def write_bill(bill: Bill, view: BillView) -> Iterator[str]:
    """A Bill as SPDX 3.0.1 describes it."""
    graph = _Graph(bill, view)
    data = spdx.JSONLDSerializer().serialize_data(graph.objects(), force_at_graph=True)
    yield dumps(data) + "\n"


class _Graph:
    """The elements of a document. Their addresses have numbers of one length, since the library
    writes elements in the order of their addresses.
    """

    def __init__(self, bill: Bill, view: BillView) -> None:
        self._bill = bill
        self._start = f"{namespace(bill, view)}#"
        self._agent = f"{self._start}lightship"
        self._creation = spdx.CreationInfo(
            created=created(view), createdBy=[self._agent], specVersion=_VERSION
        )

    def objects(self) -> spdx.SHACLObjectSet:
        """Everything that the document has."""
        whole = self._whole()
        parts = [
            self._package(number, component)
            for number, component in enumerate(self._bill.components, 1)
        ]
        elements = [
            self._software(),
            whole,
            *parts,
            *self._contents(whole, parts),
            *self._needs(parts),
            *self._licences(parts),
        ]
        listed = self._sbom(whole, elements)
        return spdx.SHACLObjectSet([self._document(listed), listed, *elements])

    def _id(self, kind: str, number: int) -> str:
        return f"{self._start}{kind}-{number:07}"

    def _software(self) -> spdx.SoftwareAgent:
        name = f"lightship-{__version__}"
        return spdx.SoftwareAgent(
            spdxId=self._agent, creationInfo=self._creation, name=name
        )

    def _document(self, listed: spdx.software_Sbom) -> spdx.SpdxDocument:
        return spdx.SpdxDocument(
            spdxId=f"{self._start}document",
            creationInfo=self._creation,
            name=self._bill.name,
            rootElement=[listed],
            profileConformance=_PROFILES,
        )

    def _sbom(
        self, whole: spdx.software_Package, elements: list[spdx.Element]
    ) -> spdx.software_Sbom:
        kinds = spdx.software_SbomType
        return spdx.software_Sbom(
            spdxId=f"{self._start}sbom",
            creationInfo=self._creation,
            rootElement=[whole],
            element=elements,
            profileConformance=_PROFILES,
            software_sbomType=[kinds.analyzed if self._bill.image else kinds.source],
        )

    def _whole(self) -> spdx.software_Package:
        """What the bill is of."""
        purposes = spdx.software_SoftwarePurpose
        return spdx.software_Package(
            spdxId=f"{self._start}{'image' if self._bill.image else 'directory'}",
            creationInfo=self._creation,
            name=self._bill.name,
            software_primaryPurpose=(
                purposes.container if self._bill.image else purposes.source
            ),
            **_stated(software_packageVersion=self._bill.version),
        )

    def _package(self, number: int, component: Component) -> spdx.software_Package:
        return spdx.software_Package(
            spdxId=self._id("package", number),
            creationInfo=self._creation,
            name=component.name,
            software_primaryPurpose=spdx.software_SoftwarePurpose.library,
            extension=self._said(component),
            **_stated(
                software_packageVersion=component.version,
                software_packageUrl=component.purl,
            ),
        )

    def _said(self, component: Component) -> list[spdx.SHACLObject]:
        """The extension; none where it would be empty, which the model forbids."""
        paths = (("lightship:path", path) for path in locations(component))
        entries = [
            spdx.extension_CdxPropertyEntry(
                extension_cdxPropName=name, extension_cdxPropValue=value
            )
            for name, value in (*properties(self._bill, component), *paths)
        ]
        whole = spdx.extension_CdxPropertiesExtension(extension_cdxProperty=entries)
        return [whole] if entries else []

    def _contents(
        self, whole: spdx.Element, parts: Sequence[spdx.Element]
    ) -> Iterator[spdx.Relationship]:
        if parts:
            yield self._relation(
                self._id("contains", 1), whole, spdx.RelationshipType.contains, parts
            )

    def _needs(
        self, parts: Sequence[spdx.software_Package]
    ) -> Iterator[spdx.Relationship]:
        depends_on = spdx.RelationshipType.dependsOn
        for number, places in enumerate(self._bill.needs):
            if places:
                needed = [parts[place] for place in places]
                address = self._id("needs", number + 1)
                yield self._relation(address, parts[number], depends_on, needed)

    def _licences(
        self, parts: Sequence[spdx.software_Package]
    ) -> Iterator[spdx.Element]:
        """What packages state: each expression and each name once."""
        known = DeclaredLicences()
        stated = [known.declared(component) for component in self._bill.components]
        texts = list(self._texts(known.references))
        entries = dict(zip(known.references.values(), texts, strict=True))
        yield from texts
        expressions = {
            text: self._expression(number, text, entries)
            for number, text in enumerate(dict.fromkeys(filter(None, stated)), 1)
        }
        yield from expressions.values()
        has = spdx.RelationshipType.hasDeclaredLicense
        for number, text in enumerate(stated):
            if text:
                address = self._id("declares", number + 1)
                yield self._relation(address, parts[number], has, [expressions[text]])

    def _texts(
        self, references: Mapping[str, str]
    ) -> Iterator[spdx.simplelicensing_SimpleLicensingText]:
        for number, name in enumerate(references, 1):
            yield spdx.simplelicensing_SimpleLicensingText(
                spdxId=self._id("licence-text", number),
                creationInfo=self._creation,
                name=name,
                simplelicensing_licenseText=name,
            )

    def _expression(
        self,
        number: int,
        text: str,
        entries: Mapping[str, spdx.simplelicensing_SimpleLicensingText],
    ) -> spdx.simplelicensing_LicenseExpression:
        words = text.replace("(", " ").replace(")", " ").split()
        custom = [
            spdx.DictionaryEntry(key=word, value=entries[word].spdxId)
            for word in dict.fromkeys(words)
            if word in entries
        ]
        return spdx.simplelicensing_LicenseExpression(
            spdxId=self._id("licence", number),
            creationInfo=self._creation,
            simplelicensing_licenseExpression=text,
            simplelicensing_customIdToUri=custom,
        )

    def _relation(
        self, address: str, start: spdx.Element, kind: str, ends: Sequence[spdx.Element]
    ) -> spdx.Relationship:
        return spdx.Relationship(
            spdxId=address,
            creationInfo=self._creation,
            from_=start,
            relationshipType=kind,
            to=list(ends),
        )


def _stated(**values: str) -> dict[str, str]:
    """Without what is empty: the library takes no None."""
    return {name: value for name, value in values.items() if value}
