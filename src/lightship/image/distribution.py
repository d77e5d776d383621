"""Which Linux distribution an image is made from: `os-release`, or in old images the file of
Alpine or Debian.

os-release is assignments as a shell reads them (os-release(5)). The ends of life are those of
base_images/lifetimes.py; what has no releases that end (Wolfi, Chainguard, Arch, Debian testing)
has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lightship.base_images.lifetimes import Release, releases
from lightship.errors import LightshipError
from lightship.image.databases.package_lists import text
from lightship.image.databases.real_directories import Directories
from lightship.image.owners import is_database
from lightship.image.read import Contents
from lightship.image.stack import NEVER
from lightship.record import record
from lightship.regex import regex

OS_RELEASE = (b"etc/os-release", b"usr/lib/os-release")
_ALPINE, _DEBIAN = b"etc/alpine-release", b"etc/debian_version"
_PRODUCTS = {
    "debian": "Debian",
    "ubuntu": "Ubuntu",
    "alpine": "Alpine",
    "centos": "CentOS",
    "rhel": "Red Hat Enterprise Linux",
    "rocky": "Rocky Linux",
    "almalinux": "AlmaLinux",
    "ol": "Oracle Linux",
    "fedora": "Fedora",
    "amzn": "Amazon Linux",
    "opensuse-leap": "openSUSE Leap",
}
_MOST_BYTES = 64 << 10
_ESCAPED = regex(r"""\\([$"'\\` ])""")
_IN_BRACKETS = regex(r"\(([A-Za-z]+)[^)]*\)")


@record
class Distribution:
    """What /etc/os-release says.

    `end_of_life` is the last day with security fixes, None where that is not known.

    `ended` tells whether that day has passed.
    """

    id: str
    version: str
    codename: str
    name: str  # as people say it: "Debian GNU/Linux 13 (trixie)"
    end_of_life: date | None = None
    ended: bool = False


def find_distribution(contents: Contents, today: date) -> Distribution | None:
    """The distribution of an image.

    None where no file says it, as in an image made from scratch.
    """
    links = Directories(contents.stack)
    for path in OS_RELEASE:
        values = _assignments(_content(contents, path, links))
        if values.get("ID") or values.get("NAME"):
            return _described(values, today)
    if version := _content(contents, _ALPINE, links).strip():
        return _described(
            {
                "ID": "alpine",
                "VERSION_ID": version,
                "PRETTY_NAME": f"Alpine Linux {version}",
            },
            today,
        )
    if version := _content(contents, _DEBIAN, links).strip():
        return _described(
            {
                "ID": "debian",
                "VERSION_ID": version,
                "PRETTY_NAME": f"Debian GNU/Linux {version}",
            },
            today,
        )
    return None


def _described(values: Mapping[str, str], today: date) -> Distribution:
    named = values.get("NAME", "")
    identifier = values.get("ID", "") or named.lower()
    version = values.get("VERSION_ID", "")

    codename = values.get("VERSION_CODENAME", "")
    in_brackets = _IN_BRACKETS.search(values.get("VERSION", ""))
    if in_brackets and not codename:
        codename = in_brackets[1].lower()

    product = _PRODUCTS.get(identifier, "")
    if named == "CentOS Stream":  # its identifier is that of CentOS Linux
        product = "CentOS Stream"
    release = _release(product, version, codename) if product else None
    ends = release.ends if release else None
    has_ended = ends is not None and ends < today

    shown = values.get("PRETTY_NAME", "") or f"{named or identifier} {version}".strip()
    return Distribution(identifier, version, codename, shown, ends, has_ended)


def _release(product: str, version: str, codename: str) -> Release | None:
    """`3.19.1` is of Alpine's 3.19, `9.4` of Red Hat's 9.

    The codename counts where there is no version.
    """
    known = releases(product)
    parts = version.split(".")[:4]
    for count in range(len(parts), 0, -1):
        start = ".".join(parts[:count])
        for release in known:
            if release.version == start:
                return release

    if version or not codename:
        return None
    for release in known:
        if release.codename == codename:
            return release
    return None


def _assignments(text: str) -> dict[str, str]:
    values = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith("#"):
            values[key] = _unquoted(value.strip())
    return values


def _unquoted(value: str) -> str:
    """A value as a shell reads it: in single quotes as it stands, else without backslashes."""
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1]
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    return _ESCAPED.sub(r"\1", value)


def _content(contents: Contents, path: bytes, links: Directories) -> str:
    """The start of a file of the final image, through symbolic links.

    Empty where it is not there or cannot be read.
    """
    real = links.file(path)
    for layer, (scan, gone) in enumerate(
        zip(contents.stack.scans, contents.stack.gone, strict=True)
    ):
        if scan is None:
            continue
        # What was kept is found at once; all is searched where a link leads to a name that nobody
        # expects
        for index in scan.contents if is_database(real, 1) else range(len(scan.paths)):
            if scan.paths[index] == real and gone[index] == NEVER:
                return _start(contents, layer, index)
    return ""


def _start(contents: Contents, layer: int, index: int) -> str:
    try:
        return text(contents.read(layer, index, _MOST_BYTES))
    except LightshipError:
        return ""
