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
_LONGEST = 200  # characters of a licence's name; what is longer is its text


def python_metadata(
    _path: bytes, _size: int, part: FilePart
) -> Iterator[StatedPackage]:
    """The distribution; nothing where the file does not say its name."""
    stated: dict[str, list[str]] = {}
    for field, value in fields(part(0, MOST)):
        stated.setdefault(field, []).append(value)
    name = stated.get("name", [""])[0]
    version = stated.get("version", [""])[0]
    if name:
        needs = "\n".join(stated.get("requires-dist", ()))
        facts = PackageFacts(licences=tuple(_licences(stated)), needs=needs)
        yield StatedPackage("python", normal(name), version, facts)


def _licences(stated: dict[str, list[str]]) -> list[str]:
    if expressions := stated.get("license-expression"):
        return expressions
    licences = [value for value in stated.get("license", ()) if _is_name(value)]
    classified = [
        value.rpartition(" :: ")[2]
        for value in stated.get("classifier", ())
        if value.startswith(_CLASS) and value != "License :: OSI Approved"
    ]
    return licences or classified


def _is_name(value: str) -> bool:
    is_short = len(value) <= _LONGEST and "\n" not in value
    return is_short and value.upper() not in ("", "UNKNOWN", "NONE")
