"""What only `lightship` knows of a package, as names and values: the properties of CycloneDX, and
those that SPDX 3 has after its model.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lightship.inspection import phrases
from lightship.report.kit.json_stream import dumps, path_fields
from lightship.sbom.bill import NO_LAYER, Bill, Component


def properties(bill: Bill, component: Component) -> Iterator[tuple[str, str]]:
    """What brought a package, and what it was built for and from; only what is known."""
    facts = component.facts
    values = {
        "lightship:architecture": facts.architecture,
        "lightship:base": dumps(component.blame.is_base) if bill.image else "",
        "lightship:instruction": phrases.instruction(component.blame),
        "lightship:layer": str(component.layer) if bill.image else "",
        "lightship:layer:diff_id": bill.diff_id(component),
        "lightship:line": phrases.line(component.blame),
        "lightship:source": facts.source,
        "lightship:source:version": facts.source_version,
    }
    yield from ((name, value) for name, value in values.items() if value)


def locations(component: Component) -> Iterator[str]:
    """The files that name a package."""
    has_layer = component.layer != NO_LAYER
    for path in component.paths:
        yield cast("str", path_fields(path, slash=has_layer)["path"])
