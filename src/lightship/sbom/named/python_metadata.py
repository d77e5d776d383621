"""A Python distribution's METADATA or PKG-INFO: name, version, licence, what it needs.

`License-Expression` is SPDX and speaks alone. Older files have `License`, in which some put the
whole text of a licence, and classifiers. Source: PyPA, "Core metadata specifications".
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.image.databases.package_lists import PackageFacts, StatedPackage
from lightship.image.databases.python import normal
from lightship.image.scan import FilePart
from lightship.sbom.named.headers import fields

MOST = 1 << 20  # bytes that are looked at: the fields come before the description
_CLASS = "License :: "
_ANY_OF_OSI = "License :: OSI Approved"
_LONGEST = 200  # characters of a licence's name; what is longer is its text


def python_metadata(
    _path: bytes, _size: int, part: FilePart
) -> Iterator[StatedPackage]:
    """The distribution; nothing where the file does not say its name."""
    stated: dict[str, list[str]] = {}
    for field, value in fields(part(0, MOST)):
        stated.setdefault(field, []).append(value)
    name = _first(stated, "name")
    if not name:
        return
    version = _first(stated, "version")
    licences = tuple(_licences(stated))
    needs = "\n".join(stated.get("requires-dist", ()))
    facts = PackageFacts(licences=licences, needs=needs)
    yield StatedPackage("python", normal(name), version, facts)


def _first(stated: dict[str, list[str]], field: str) -> str:
    values = stated.get(field)
    return values[0] if values else ""


def _licences(stated: dict[str, list[str]]) -> list[str]:
    if expressions := stated.get("license-expression"):
        return expressions
    licences = list(filter(_is_name, stated.get("license", ())))
    if licences:
        return licences
    classifiers = filter(_names_licence, stated.get("classifier", ()))
    return [value.rpartition(" :: ")[2] for value in classifiers]


def _names_licence(classifier: str) -> bool:
    return classifier.startswith(_CLASS) and classifier != _ANY_OF_OSI


def _is_name(value: str) -> bool:
    is_short = len(value) <= _LONGEST and "\n" not in value
    return is_short and value.upper() not in ("", "UNKNOWN", "NONE")
