"""Lists in JSON: Composer's installed.json, .NET's NAME.deps.json, a package of conda-meta.

Sources: getcomposer.org (vendor/composer/installed.json of Composer 1 and 2), dotnet/sdk
(documentation/specs/runtime-configuration-file.md), conda (docs, "conda-meta").
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lightship.image.databases.package_lists import PackageFacts, StatedPackage
from lightship.image.scan import FilePart
from lightship.pyproject.data_files import rows, table, text_at
from lightship.sbom.composer_packages import composer_packages

COMPOSER = b"/composer/installed.json"
DOTNET = b".deps.json"
CONDA = b"conda-meta/"
_NOT_PUBLISHED = ("project", "reference")
_RUNTIME = "runtimepack."


def composer_installed(
    _path: bytes, size: int, part: FilePart
) -> Iterator[StatedPackage]:
    """The packages below a `vendor` directory."""
    document = _json(part(0, size))
    if isinstance(document, list):  # as Composer 1 writes it
        return composer_packages(document)
    return composer_packages(rows(document, "packages"))


def dotnet_libraries(
    _path: bytes, size: int, part: FilePart
) -> Iterator[StatedPackage]:
    """The packages that an application was published with; its own projects are none."""
    document = _json(part(0, size))
    for key, details in table(document, "libraries").items():
        name, slash, version = key.partition("/")
        if slash and text_at(details, "type") not in _NOT_PUBLISHED:
            yield StatedPackage("nuget", name.removeprefix(_RUNTIME), version)


def conda_package(_path: bytes, size: int, part: FilePart) -> Iterator[StatedPackage]:
    """The package that a file of conda-meta is about."""
    document = _json(part(0, size))
    name = text_at(document, "name")
    if not name:
        return
    version = text_at(document, "version")
    licence = text_at(document, "license")
    licences = (licence,) if licence else ()
    facts = PackageFacts(text_at(document, "subdir"), licences=licences)
    yield StatedPackage("conda", name, version, facts)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
