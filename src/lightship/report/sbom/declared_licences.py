"""Licences as SPDX has them: expressions, with a `LicenseRef` for each name."""

from __future__ import annotations

from collections.abc import Mapping

from lightship.sbom.bill import Component
from lightship.sbom.licences import Licence, together


class DeclaredLicences:
    """Counts the names that are not of SPDX' list, over all packages of a bill."""

    def __init__(self) -> None:
        self._references: dict[str, str] = {}

    @property
    def references(self) -> Mapping[str, str]:
        """The `LicenseRef` of each name so far."""
        return self._references

    def declared(self, component: Component) -> str:
        """One expression of all that a package states; empty where it states nothing."""
        if not component.licences:
            return ""
        return together(map(self._known, component.licences))

    def _known(self, licence: Licence) -> Licence:
        if licence.is_spdx:
            return licence
        reference = f"LicenseRef-{len(self._references) + 1}"
        reference = self._references.setdefault(licence.text, reference)
        return Licence(reference, is_spdx=True)
