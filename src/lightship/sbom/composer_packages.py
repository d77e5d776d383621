"""A package as Composer writes it into its lock, and into the list of what is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lightship.image.databases.package_lists import PackageFacts, StatedPackage
from lightship.pyproject.data_files import rows, text_at


def composer_packages(packages: Iterable[Any]) -> Iterator[StatedPackage]:
    """Those that have a name, with their licences."""
    for package in packages:
        name = text_at(package, "name")
        if not name:
            continue
        version = text_at(package, "version")
        licences = rows(package, "license")
        stated = [each for each in licences if isinstance(each, str)]
        facts = PackageFacts(licences=tuple(stated))
        yield StatedPackage("composer", name, version, facts)
