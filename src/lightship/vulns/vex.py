"""`VexStatement`: what somebody who knows a product says of a vulnerability in it (OpenVEX)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lightship.record import record

NOT_AFFECTED, FIXED = "not_affected", "fixed"
UNDER_INVESTIGATION = "under_investigation"
STATUSES = (NOT_AFFECTED, "affected", FIXED, UNDER_INVESTIGATION)
SILENT = (NOT_AFFECTED, FIXED)
_IMAGES = ("docker", "oci")


@record
class PurlName:
    """A package as a package URL names it; an empty version stands for all."""

    kind: str
    name: str
    version: str = ""

    def covers(self, other: PurlName) -> bool:
        is_same = (self.kind, self.name) == (other.kind, other.name)
        return is_same and self.version in ("", other.version)


@record
class Product:
    """What a statement is about: a package, or an image, of which it may name the packages."""

    package: PurlName
    parts: tuple[PurlName, ...] = ()

    def covers(self, target: str, package: PurlName) -> bool:
        """Whether the statement is about a package of an image or directory called `target`."""
        if self.package.kind not in _IMAGES:
            return any(item.covers(package) for item in self.parts or (self.package,))
        is_part = not self.parts or any(item.covers(package) for item in self.parts)
        return is_part and self._is_image(target)

    def _is_image(self, target: str) -> bool:
        """By its name; the digests are compared where both have one."""
        name, _, digest = target.partition("@")
        short = name.rpartition("/")[2].partition(":")[0]
        is_named = short.lower() == self.package.name.rpartition("/")[2].lower()
        is_digest = self.package.version.startswith("sha256:")
        return is_named and (
            not (digest and is_digest) or digest == self.package.version
        )


@record
class VexStatement:
    """A statement about the vulnerability that has any of `ids`, in `products`.

    `reason` is its justification and impact. Of two about the same that with the later `made`
    counts: its time, and its place among all.
    """

    ids: tuple[str, ...]
    status: str
    products: tuple[Product, ...]
    reason: str = ""
    made: tuple[str, int] = ("", 0)


def silencing(
    statements: Iterable[VexStatement],
    target: str,
    ids: Sequence[str],
    packages: Sequence[PurlName],
) -> VexStatement | None:
    """The statement by which a vulnerability need not be reported.

    All packages that have it must be covered by one that says so; the latest of each counts.
    """
    about = [item for item in statements if not set(item.ids).isdisjoint(ids)]
    about.sort(key=lambda statement: statement.made, reverse=True)
    found = [_first(about, target, package) for package in packages]
    silent = [item for item in found if item is not None and item.status in SILENT]
    return silent[0] if silent and len(silent) == len(found) else None


def _first(
    statements: Iterable[VexStatement], target: str, package: PurlName
) -> VexStatement | None:
    for statement in statements:
        if any(product.covers(target, package) for product in statement.products):
            return statement
    return None
