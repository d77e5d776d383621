"""npm: package-lock.json and npm-shrinkwrap.json, in all their versions.

Since version 2 `packages` has each package by its folder; before it `dependencies` are nested.
Source: docs.npmjs.com, "package-lock.json".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lightship.image.databases.npm import licences_of
from lightship.image.databases.package_lists import PackageFacts, StatedPackage
from lightship.pyproject.data_files import table, text_at
from lightship.sbom.locks.lock_error import json_object

_MODULES = "node_modules/"
_DEEPEST = 64  # packages within packages, in the older form


def npm_lock(text: str) -> Iterator[StatedPackage]:
    """The packages that `npm ci` installs, those for development too."""
    data = json_object(text)
    folders = table(data, "packages")
    if folders:
        yield from _of_folders(folders)
    else:
        yield from _of_tree(table(data, "dependencies"))


def _of_folders(folders: Mapping[str, Any]) -> Iterator[StatedPackage]:
    """Folders outside node_modules are of the project itself, and so is what a link leads to."""
    for folder, details in folders.items():
        _, is_installed, own = folder.rpartition(_MODULES)
        if not is_installed or table(details).get("link") is True:
            continue
        name = text_at(details, "name") or own
        version = text_at(details, "version")
        licences = licences_of(table(details))
        facts = PackageFacts(licences=tuple(licences))
        yield StatedPackage("npm", name, version, facts)


def _of_tree(dependencies: Mapping[str, Any]) -> Iterator[StatedPackage]:
    waiting = [(dependencies, 0)]
    while waiting:
        tree, depth = waiting.pop()
        for name, details in tree.items():
            version = text_at(details, "version")
            if version.startswith("file:"):
                continue
            yield _aliased(name, version)
            if depth < _DEEPEST:
                inner = table(details, "dependencies")
                waiting.append((inner, depth + 1))


def _aliased(name: str, version: str) -> StatedPackage:
    """`npm:other@1.0` is another package under this name; a URL is not a version."""
    if version.startswith("npm:"):
        name, _, version = version.removeprefix("npm:").rpartition("@")
    if ":" in version:
        version = ""
    return StatedPackage("npm", name, version)
