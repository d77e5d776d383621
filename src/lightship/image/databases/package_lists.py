"""What a database gives: packages with the paths that belong to them."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lightship.record import record


class Kept(NamedTuple):
    """A file of the final image whose content was kept, and the layer that it is of."""

    path: bytes
    layer: int
    data: bytes


KeptFiles = Mapping[bytes, Kept]
# Bytes of a path that Linux opens (PATH_MAX): a longer directory, said once, would cost for each
# file
MOST_PATH = 4096
_KEPT = 500  # bytes of a package beside its texts
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


@record
class PackageFacts:
    """What a database says of a package beside its name and version; empty where it does not.

    `source` is the package that it was built from, by which distributions name what is known
    against it. `source_version` is that one's: a rebuild of a deb has another, an rpm may.
    `licences`, `needs` (what it depends on) and `provides` are in the words of the database.
    """

    architecture: str = ""
    source: str = ""
    source_version: str = ""
    licences: tuple[str, ...] = ()
    needs: str = ""
    provides: str = ""


NO_FACTS = PackageFacts()


@record
class StatedPackage:
    """A package as a file names it that does not list what belongs to it.

    `manager` is deb, python, conda, npm, gem, golang, cargo, maven, composer or nuget.
    """

    manager: str
    name: str
    version: str
    facts: PackageFacts = NO_FACTS


def kept_size(package: StatedPackage) -> int:
    """About how many bytes a package takes while an image is read."""
    facts = package.facts
    texts = (package.name, package.version, facts.architecture, facts.source)
    more = (facts.source_version, facts.needs, facts.provides, *facts.licences)
    return _KEPT + sum(map(len, (*texts, *more)))


@record(eq=False)
class Listed:
    """A package as a database names it.

    `paths` are from the root, as the database has them, and can be gone through once; `below` owns
    all that lies in it and has no nearer owner, where it is not None. `database` is the file that
    says so.
    """

    manager: str
    name: str
    version: str
    database: Kept
    paths: Iterator[bytes] = iter(())
    below: bytes | None = None
    facts: PackageFacts = NO_FACTS


def text(raw: bytes) -> str:
    """A name or version; bytes that are not UTF-8 are escaped."""
    return raw.decode("utf-8", "backslashreplace")


def unhex(digits: bytes) -> bytes:
    """The bytes of a sum in hexadecimal; empty for what is none."""
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return b""


def unbase64(digits: bytes) -> bytes:
    """The bytes of a sum in base64, with or without its padding; empty for what is none."""
    padding = b"=" * (-len(digits) % 4)
    try:
        return urlsafe_b64decode(digits.translate(_URL_SAFE) + padding)
    except ValueError:
        return b""


def parent(path: bytes) -> bytes:
    """The directory that a path lies in, empty for the root."""
    return path.rpartition(b"/")[0]
