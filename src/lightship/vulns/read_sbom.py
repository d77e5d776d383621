"""A bill of materials -> its packages: CycloneDX JSON, SPDX 2 JSON, SPDX 3 JSON-LD.

Anybody may have made it. What is not as it should be is left out and counted; nothing that it names
is opened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lightship.errors import FileError
from lightship.record import record
from lightship.vulns.judged_package import NOWHERE, JudgedPackage, PackageOrigin
from lightship.vulns.read_purl import Named, subject_of

MOST_BYTES = 512 << 20
_MOST_DEEP = 100  # components within components
_MOST_DIGITS = 6  # of a layer's number
_NO_PACKAGES = frozenset(
    ("container", "cryptographic-asset", "data", "device", "file", "operating-system")
)
_SYSTEM = "operating-system"
_BUILT_FROM = re.compile(r"built from (\S{1,500}) (\S{1,500})")
_LAYER = re.compile(r"layer ([0-9]{1,6})(?:, (\S+:[0-9?]+))?(, the base image)?")


@record
class PackageListing:
    """The packages of a bill of materials, and what it calls the whole."""

    name: str
    subjects: tuple[JudgedPackage, ...]


def is_sbom(start: bytes) -> bool:
    """Whether a file may be a bill of materials by its first bytes."""
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read_sbom(data: bytes, path: str) -> PackageListing:
    """What a bill of materials lists; a FileError where it is none."""
    if len(data) > MOST_BYTES:
        raise FileError(f"{path} is larger than {MOST_BYTES >> 20} MB")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path} is not JSON: {error}") from error
    listing = _listing(document) if isinstance(document, dict) else None
    if listing is None:
        raise FileError(
            f"{path} is not a bill of materials: write CycloneDX or SPDX as JSON"
        )
    return listing


def _listing(document: Mapping[str, Any]) -> PackageListing | None:
    """What a document lists; None for one of another kind."""
    if document.get("bomFormat") == "CycloneDX":
        name = _cyclonedx_name(document)
        return PackageListing(name, tuple(_cyclonedx(document)))
    version = str(document.get("spdxVersion", ""))
    if version.startswith("SPDX-2"):
        name = _text(document, "name")
        return PackageListing(name, tuple(_spdx2(document)))
    if isinstance(document.get("@graph"), list):
        return PackageListing("", tuple(_spdx3(document)))
    return None


def _cyclonedx_name(document: Mapping[str, Any]) -> str:
    metadata = _table(document.get("metadata"))
    component = _table(metadata.get("component"))
    return _text(component, "name")


def _cyclonedx(document: Mapping[str, Any]) -> Iterator[JudgedPackage]:
    parts = list(_components(document))
    systems = [part for part in parts if part.get("type") == _SYSTEM]
    distro = _distro(systems[0]) if systems else ""
    for part in parts:
        if part.get("type") not in _NO_PACKAGES:
            yield _of_component(part, distro)


def _components(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All components, those within others too."""
    level = _list(document.get("components"))
    for _ in range(_MOST_DEEP):
        tables = [item for item in level if isinstance(item, dict)]
        yield from tables
        level = []
        for item in tables:
            level += _list(item.get("components"))


def _distro(system: Mapping[str, Any]) -> str:
    return f"{_text(system, 'name')}-{_text(system, 'version')}"


def _of_component(part: Mapping[str, Any], distro: str) -> JudgedPackage:
    said = _properties(part)
    name = _text(part, "name")
    group = _text(part, "group")
    if group:
        name = f"{group}/{name}"
    named = Named(
        name,
        _text(part, "version"),
        said.get("lightship:source", ""),
        said.get("lightship:source:version", ""),
        distro,
        _origin_of_properties(said),
    )
    return subject_of(_text(part, "purl"), named)


def _properties(part: Mapping[str, Any]) -> Mapping[str, str]:
    """The properties of a component; of one name the last."""
    said: dict[str, str] = {}
    for item in map(_table, _list(part.get("properties"))):
        name = _text(item, "name")
        said[name] = _text(item, "value")
    return said


def _origin_of_properties(said: Mapping[str, str]) -> PackageOrigin:
    """What `lightship sbom` wrote as properties."""
    return PackageOrigin(
        _layer(said.get("lightship:layer", "")),
        said.get("lightship:line", ""),
        said.get("lightship:instruction", ""),
        said.get("lightship:base") == "true",
    )


def _layer(text: str) -> int:
    is_number = text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else NOWHERE


def _spdx2(document: Mapping[str, Any]) -> Iterator[JudgedPackage]:
    for item in map(_table, _list(document.get("packages"))):
        if item.get("primaryPackagePurpose") in ("CONTAINER", "OPERATING-SYSTEM"):
            continue
        source = _BUILT_FROM.fullmatch(_text(item, "sourceInfo"))
        named = Named(
            _text(item, "name"),
            _text(item, "versionInfo"),
            source[1] if source else "",
            source[2] if source else "",
            origin=_spdx_origin(_text(item, "comment")),
        )
        yield subject_of(_purl(item), named)


def _purl(item: Mapping[str, Any]) -> str:
    """The first package URL among the references of a package; empty without any."""
    for reference in map(_table, _list(item.get("externalRefs"))):
        if reference.get("referenceType") == "purl":
            return _text(reference, "referenceLocator")
    return ""


def _spdx_origin(comment: str) -> PackageOrigin:
    """What `lightship sbom` wrote into a comment: `layer 2, Dockerfile:4`."""
    match = _LAYER.fullmatch(comment[:5000])
    if match is None:
        return PackageOrigin()
    return PackageOrigin(int(match[1]) - 1, match[2] or "", is_base=bool(match[3]))


def _spdx3(document: Mapping[str, Any]) -> Iterator[JudgedPackage]:
    for item in map(_table, _list(document.get("@graph"))):
        if item.get("type") != "software_Package":
            continue
        if item.get("software_primaryPurpose") in ("container", "operatingSystem"):
            continue
        said = _properties_of_spdx3(item)
        named = Named(
            _text(item, "name"),
            _text(item, "software_packageVersion"),
            said.get("lightship:source", ""),
            said.get("lightship:source:version", ""),
            origin=_origin_of_properties(said),
        )
        yield subject_of(_text(item, "software_packageUrl"), named)


def _properties_of_spdx3(item: Mapping[str, Any]) -> Mapping[str, str]:
    """Those of CycloneDX, for which SPDX 3 has an extension."""
    said: dict[str, str] = {}
    for extension in map(_table, _list(item.get("extension"))):
        for entry in map(_table, _list(extension.get("extension_cdxProperty"))):
            name = _text(entry, "extension_cdxPropName")
            said[name] = _text(entry, "extension_cdxPropValue")
    return said


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
