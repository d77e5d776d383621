"""What files name, read as they are read in an image."""

from __future__ import annotations

from lightship.image.databases.package_lists import StatedPackage
from lightship.sbom.named.file_kinds import named_packages


def named(path: str, data: bytes) -> tuple[StatedPackage, ...]:
    """The packages that a file names."""
    size = len(data)
    return named_packages(path.encode(), size, lambda at, most: data[at : at + most])


def brief(path: str, data: bytes) -> list[tuple[str, str, str]]:
    """Manager, name and version of each."""
    return [(each.manager, each.name, each.version) for each in named(path, data)]


def licences(path: str, data: bytes) -> list[tuple[str, ...]]:
    """The licences of each, as they are stated."""
    return [each.facts.licences for each in named(path, data)]
