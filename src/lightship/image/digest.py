"""`Digest`: an algorithm and its hex, checked once (OCI image-spec, descriptor.md, "Digests")."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from lightship.errors import ImageError
from lightship.regex import regex

if TYPE_CHECKING:
    from hashlib import _Hash

_FORM = regex(r"(sha256):([0-9a-f]{64})|(sha512):([0-9a-f]{128})")


class Digest(NamedTuple):
    """`sha256:…` or `sha512:…`; the hex is in lower case and has the algorithm's length."""

    algorithm: str
    hex: str

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"

    @property
    def short(self) -> str:
        """The twelve digits that docker shows."""
        return self.hex[:12]

    def hasher(self) -> _Hash:
        """A new hash object of the algorithm."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def read_digest(text: object) -> Digest | None:
    """The digest that a text is; None where it is none."""
    if not isinstance(text, str):
        return None
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    algorithm = match[1] or match[3]
    digits = match[2] or match[4]
    return Digest(algorithm, digits)


def digest(text: object, where: str) -> Digest:
    """As `read_digest`, but an ImageError that names `where` instead of None."""
    known = read_digest(text)
    if known is None:
        shown = repr(text)[:80]
        raise ImageError(
            f"{where}: invalid digest {shown}: it must be sha256: and 64 lowercase hex digits, "
            "or sha512: and 128"
        )
    return known


def digest_of(data: bytes) -> Digest:
    """The sha256 of some bytes."""
    hashed = hashlib.sha256(data, usedforsecurity=False)
    return Digest("sha256", hashed.hexdigest())
