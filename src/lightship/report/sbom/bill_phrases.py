"""What is said of a bill of materials in the same words in text and markdown."""

from __future__ import annotations

from lightship.sbom.attested import Attested
from lightship.sbom.bill import Bill, Component
from lightship.wording.counts import count
from lightship.wording.printable import escaped, shortened

_LONGEST = 60  # characters of a path


def total(bill: Bill) -> str:
    """`3 packages, 1 of them from the base image`."""
    said = count(len(bill.components), "package")
    if bill.image is None:
        return said
    in_base = sum(component.blame.is_base for component in bill.components)
    return f"{said}, {in_base} of them from the base image"


def files(component: Component) -> str:
    """The first file that names a package, and how many there are beside it."""
    first, *others = map(escaped, component.paths)
    shown = shortened(first, _LONGEST)
    return f"{shown} and {len(others)} more" if others else shown


def attestation(said: Attested) -> str:
    """What one attestation says, in a sentence without its end."""
    kind = shortened(escaped(said.predicate_type), _LONGEST)
    if said.packages is not None:
        known = f"names {count(said.packages, 'package')}"
        missing = len(said.unlisted)
        return f"attestation {kind} {known}, {missing} of them not listed here"
    builder = shortened(escaped(said.builder), _LONGEST)
    by = f" by {builder}" if builder else ""
    return f"attestation {kind}{by} names {count(len(said.materials), 'material')}"
