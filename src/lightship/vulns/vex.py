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
            named = self.parts or (self.package,)
            return any(item.covers(package) for item in named)
        if self.parts and not any(item.covers(package) for item in self.parts):
            return False
        return self._is_image(target)

    def _is_image(self, target: str) -> bool:
        """By its name; the digests are compared where both have one."""
        name, _, digest = target.partition("@")
        last = name.rpartition("/")[2]
        short = last.partition(":")[0]
        own_short = self.package.name.rpartition("/")[2]
        if short.lower() != own_short.lower():
            return False
        own_digest = self.package.version
        if not digest or not own_digest.startswith("sha256:"):
            return True
        return digest == own_digest


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
    for statement in found:
        if statement is None or statement.status not in SILENT:
            return None
    return found[0] if found else None


def _first(
    statements: Iterable[VexStatement], target: str, package: PurlName
) -> VexStatement | None:
    for statement in statements:
        if any(product.covers(target, package) for product in statement.products):
            return statement
    return None
