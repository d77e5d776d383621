"""How long releases get security fixes: Python, Node, Debian (with its LTS), Ubuntu (standard
support), Alpine, CentOS, and what else images say that they are made from: Red Hat's and its
copies, Fedora, Amazon Linux, openSUSE Leap.

Rows: release, codename or -, last day, source. PEP n is https://peps.python.org/pep-n; distro-info
is the package distro-info-data 0.66 of Debian (of debian.csv the column eol-lts, of ubuntu.csv the
column eol); schedule is schedule.json of github.com/nodejs/Release; branches is
https://alpinelinux.org/releases. Checked 2026-11-24; the rows not from distro-info also against
github.com/endoflife-date/endoflife.date. endoflife.date alone is that repository as of 2026-08-22,
of Red Hat and Oracle the end of support without an add-on.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from lightship.base_images.reference import Reference
from lightship.record import record
from lightship.regex import regex

_TABLES = {
    "Python": """
        2.6 - 2013-10-29 PEP 361
        2.7 - 2020-01-01 PEP 373
        3.2 - 2016-02-20 PEP 392
        3.3 - 2017-09-29 PEP 398
        3.4 - 2019-03-18 PEP 429
        3.5 - 2020-09-30 PEP 478
        3.6 - 2021-12-23 PEP 494
        3.7 - 2023-06-27 PEP 537
        3.8 - 2024-10-07 PEP 569
        3.9 - 2025-10-31 PEP 596
        3.10 - 2026-10-31 PEP 619
        3.11 - 2027-10-31 PEP 664
        3.12 - 2028-10-31 PEP 693
        3.13 - 2029-10-31 PEP 719
        3.14 - 2030-10-31 PEP 745
    """,
    "Node": """
        0.10 - 2016-10-31 schedule
        0.12 - 2016-12-31 schedule
        4 argon 2018-04-30 schedule
        5 - 2016-06-30 schedule
        6 boron 2019-04-30 schedule
        7 - 2017-06-30 schedule
        8 carbon 2019-12-31 schedule
        9 - 2018-06-30 schedule
        10 dubnium 2021-04-30 schedule
        11 - 2019-06-01 schedule
        12 erbium 2022-04-30 schedule
        13 - 2020-06-01 schedule
        14 fermium 2023-04-30 schedule
        15 - 2021-06-01 schedule
        16 gallium 2023-09-11 schedule
        17 - 2022-06-01 schedule
        18 hydrogen 2025-04-30 schedule
        19 - 2023-06-01 schedule
        20 iron 2026-04-30 schedule
        21 - 2024-06-01 schedule
        22 jod 2027-04-30 schedule
        23 - 2025-06-01 schedule
        24 krypton 2028-04-30 schedule
        25 - 2026-06-01 schedule
        26 - 2029-04-30 schedule
    """,
    "Debian": """
        6 squeeze 2016-02-29 distro-info
        7 wheezy 2018-05-31 distro-info
        8 jessie 2020-06-30 distro-info
        9 stretch 2022-06-30 distro-info
        10 buster 2024-06-30 distro-info
        11 bullseye 2026-08-31 distro-info
        12 bookworm 2028-06-30 distro-info
        13 trixie 2030-06-30 distro-info
    """,
    "Ubuntu": """
        10.04 lucid 2013-05-09 distro-info
        12.04 precise 2017-04-28 distro-info
        12.10 quantal 2014-05-16 distro-info
        13.04 raring 2014-01-27 distro-info
        13.10 saucy 2014-07-17 distro-info
        14.04 trusty 2019-04-25 distro-info
        14.10 utopic 2015-07-23 distro-info
        15.04 vivid 2016-02-04 distro-info
        15.10 wily 2016-07-28 distro-info
        16.04 xenial 2021-04-30 distro-info
        16.10 yakkety 2017-07-20 distro-info
        17.04 zesty 2018-01-13 distro-info
        17.10 artful 2018-07-19 distro-info
        18.04 bionic 2023-05-31 distro-info
        18.10 cosmic 2019-07-18 distro-info
        19.04 disco 2020-01-23 distro-info
        19.10 eoan 2020-07-17 distro-info
        20.04 focal 2025-05-29 distro-info
        20.10 groovy 2021-07-22 distro-info
        21.04 hirsute 2022-01-20 distro-info
        21.10 impish 2022-07-14 distro-info
        22.04 jammy 2027-06-01 distro-info
        22.10 kinetic 2023-07-20 distro-info
        23.04 lunar 2024-01-25 distro-info
        23.10 mantic 2024-07-11 distro-info
        24.04 noble 2029-05-31 distro-info
        24.10 oracular 2025-07-10 distro-info
        25.04 plucky 2026-01-15 distro-info
        25.10 questing 2026-07-09 distro-info
        26.04 resolute 2031-05-29 distro-info
        26.10 stonking 2027-07-15 distro-info
    """,
    "Alpine": """
        2.6 - 2015-05-01 branches
        2.7 - 2015-11-01 branches
        3.0 - 2016-05-01 branches
        3.1 - 2016-11-01 branches
        3.2 - 2017-05-01 branches
        3.3 - 2017-11-01 branches
        3.4 - 2018-05-01 branches
        3.5 - 2018-11-01 branches
        3.6 - 2019-05-01 branches
        3.7 - 2019-11-01 branches
        3.8 - 2020-05-01 branches
        3.9 - 2020-11-01 branches
        3.10 - 2021-05-01 branches
        3.11 - 2021-11-01 branches
        3.12 - 2022-05-01 branches
        3.13 - 2022-11-01 branches
        3.14 - 2023-05-01 branches
        3.15 - 2023-11-01 branches
        3.16 - 2024-05-23 branches
        3.17 - 2024-11-22 branches
        3.18 - 2025-05-09 branches
        3.19 - 2025-11-01 branches
        3.20 - 2026-04-01 branches
        3.21 - 2026-11-01 branches
        3.22 - 2027-05-01 branches
        3.23 - 2027-11-01 branches
        3.24 - 2028-06-01 endoflife.date of 2026-08-22
    """,
    "CentOS": """
        5 - 2017-03-31 https://www.centos.org/centos-linux-eol
        6 - 2020-11-30 https://www.centos.org/centos-linux-eol
        7 - 2024-06-30 https://www.centos.org/centos-linux-eol
        8 - 2021-12-31 https://www.centos.org/centos-linux-eol
    """,
    "CentOS Stream": """
        8 - 2024-05-31 endoflife.date
        9 - 2027-05-31 endoflife.date
        10 - 2030-05-31 endoflife.date
    """,
    "Red Hat Enterprise Linux": """
        5 - 2017-03-31 endoflife.date
        6 - 2020-11-30 endoflife.date
        7 - 2024-06-30 endoflife.date
        8 - 2029-05-31 endoflife.date
        9 - 2032-05-31 endoflife.date
        10 - 2035-05-31 endoflife.date
    """,
    "Rocky Linux": """
        8 - 2029-05-31 endoflife.date
        9 - 2032-05-31 endoflife.date
        10 - 2035-05-31 endoflife.date
    """,
    "AlmaLinux": """
        8 - 2029-05-31 endoflife.date
        9 - 2032-05-31 endoflife.date
        10 - 2035-05-31 endoflife.date
    """,
    "Oracle Linux": """
        6 - 2021-03-31 endoflife.date
        7 - 2024-12-31 endoflife.date
        8 - 2029-07-31 endoflife.date
        9 - 2032-06-30 endoflife.date
    """,
    "Fedora": """
        30 - 2020-05-26 endoflife.date
        31 - 2020-11-24 endoflife.date
        32 - 2021-05-25 endoflife.date
        33 - 2021-11-30 endoflife.date
        34 - 2022-06-07 endoflife.date
        35 - 2022-12-13 endoflife.date
        36 - 2023-05-16 endoflife.date
        37 - 2023-12-05 endoflife.date
        38 - 2024-05-21 endoflife.date
        39 - 2024-11-26 endoflife.date
        40 - 2025-05-13 endoflife.date
        41 - 2025-12-15 endoflife.date
        42 - 2026-05-27 endoflife.date
        43 - 2026-12-09 endoflife.date
        44 - 2027-06-02 endoflife.date
    """,
    "Amazon Linux": """
        2018.03 - 2023-12-31 endoflife.date
        2 - 2026-06-30 endoflife.date
        2023 - 2029-06-30 endoflife.date
    """,
    "openSUSE Leap": """
        15.0 - 2019-12-03 endoflife.date
        15.1 - 2021-02-02 endoflife.date
        15.2 - 2022-01-04 endoflife.date
        15.3 - 2022-12-31 endoflife.date
        15.4 - 2023-12-07 endoflife.date
        15.5 - 2024-12-31 endoflife.date
        15.6 - 2026-04-30 endoflife.date
        16.0 - 2027-10-31 endoflife.date
    """,
}
_IMAGES = {
    "python": "Python",
    "node": "Node",
    "debian": "Debian",
    "ubuntu": "Ubuntu",
    "alpine": "Alpine",
    "centos": "CentOS",
}
_PREFIXES = {
    "alpine": "Alpine",
    "ubuntu": "Ubuntu",
    "debian": "Debian",
    "python": "Python",
}
# Copies of the official images, and those for one architecture
_MIRRORS = regex(
    r"(?:docker\.io/(?:library|amd64|arm32v[567]|arm64v8|i386|ppc64le|riscv64|s390x)|public\.ecr\.aws/docker/library|"
    r"mirror\.gcr\.io/library)/(?P<name>[a-z0-9-]+)"
)
# Images of others whose tags say what they are made from: `ubuntu22.04`, `python3.12`, `bookworm`
_MADE_FROM = regex(
    r"(?:docker\.io|nvcr\.io)/nvidia/cuda|docker\.io/astral/uv|ghcr\.io/astral-sh/uv|docker\.io/mambaorg/micromamba|"
    r"docker\.io/tiangolo/[a-z-]+|docker\.io/prefecthq/prefect|mcr\.microsoft\.com/azure-functions/python|"
    r"mcr\.microsoft\.com/dotnet/[a-z-]+|mcr\.microsoft\.com/(?:vscode/)?devcontainers/[a-z-]+"
)
# Those in whose tags a version with a dot is that of Python
_PYTHONS = regex(
    r"docker\.io/(?:amazon/aws-lambda-python|cimg/python|circleci/python)|public\.ecr\.aws/lambda/python|"
    r"mcr\.microsoft\.com/(?:vscode/)?devcontainers/python"
)
_VERSION = regex(r"(?P<major>[0-9]+)(?:\.(?P<minor>[0-9]+))?(?:[.][0-9]+)*")
_MAJOR_ONLY = frozenset(("Debian", "CentOS", "Node"))

TODAY: date | None = None
"""What `today` returns instead of the day it is: the tests set it, once for all of them."""


@record
class Release:
    """One release of a product; `ends` is the last day with fixes."""

    product: str
    version: str
    codename: str
    ends: date
    source: str

    def has_ended(self, day: date) -> bool:
        """Whether it gets no more fixes on that day."""
        return self.ends < day

    def __str__(self) -> str:
        name = f"{self.product} {self.version}"
        if not self.codename:
            return name
        return f"{name} ({self.codename})"


@record
class TaggedRelease:
    """A release that a tag names, and the characters of the tag that name it."""

    release: Release
    start: int
    end: int


def today() -> date:
    """The day that releases are judged at, where nobody states one.

    Only here is the calendar asked.
    """
    return TODAY or date.today()  # noqa: DTZ011 - a day of a table has no time zone


@cache
def releases(product: str) -> tuple[Release, ...]:
    """All releases of a product, the oldest first."""
    all_of_it: list[Release] = []
    table = _TABLES[product].strip()
    for row in table.splitlines():
        version, codename, ends, source = row.split(None, 3)
        if codename == "-":
            codename = ""
        last_day = date.fromisoformat(ends)
        release = Release(product, version, codename, last_day, source)
        all_of_it.append(release)
    return tuple(all_of_it)


def supported(product: str, day: date) -> tuple[Release, ...]:
    """The releases that still get fixes on that day, the oldest first."""
    return tuple(release for release in releases(product) if not release.has_ended(day))


def supported_after(release: Release, day: date) -> tuple[Release, ...]:
    """The supported releases that are newer than one that has ended, the oldest first.

    An interim release of Ubuntu or Node ends before the long-term one that it came after.
    """
    own = version_numbers(release.version)
    later = supported(release.product, day)
    return tuple(item for item in later if version_numbers(item.version) > own)


def official_name(image: Reference) -> str | None:
    """The name of an official image, also where it is a copy of one: `python`."""
    match = _MIRRORS.fullmatch(f"{image.domain}/{image.path}")
    return match["name"] if match else None


def version_numbers(version: str) -> tuple[int, ...]:
    """A version as numbers, which compare as versions do: `3.9` is before `3.13`."""
    numbers = version.split(".")
    return tuple(map(int, numbers))


def parts(image: Reference) -> tuple[TaggedRelease, ...]:
    """The releases that a tag names: that of the image itself, and of what it is made from."""
    name = official_name(image)
    path = f"{image.domain}/{image.path}"
    is_python = name is None and _PYTHONS.fullmatch(path) is not None
    if name is None and not is_python and not _MADE_FROM.fullmatch(path):
        return ()

    product = _IMAGES.get(name or "")
    if is_python:
        product = "Python"
    named: list[TaggedRelease] = []
    at = 0
    for word in image.tag.split("-"):
        may_be_own = "." in word if is_python else at == 0
        release = _own(product, word) if may_be_own else None
        prefix = 0
        if release is None:
            release, prefix = _inside(word)
        end = at + len(word)
        if release is not None:
            part = TaggedRelease(release, at + prefix, end)
            named.append(part)
        at = end + 1
    return tuple(named)


def _own(product: str | None, word: str) -> Release | None:
    """What the first word of a tag of `product` names."""
    if product is None:
        return None
    if product == "CentOS":
        word = word.removeprefix("centos")
    match = _VERSION.fullmatch(word)
    if match is None:
        return _of_codename(product, word)

    major = match["major"]
    version = word
    if match["minor"] is not None:
        version = f"{major}.{match['minor']}"
    if product in _MAJOR_ONLY and major != "0":
        version = major
    if product == "Python" and word == "2":
        version = "2.7"
    for release in releases(product):
        if release.version == version:
            return release
    return None


def _of_codename(product: str, name: str) -> Release | None:
    """The release of a product with that codename; many have none."""
    if not name:
        return None
    for release in releases(product):
        if release.codename == name:
            return release
    return None


def _inside(word: str) -> tuple[Release | None, int]:
    """What a word further on names, and how many characters stand before its version."""
    for prefix, product in _PREFIXES.items():
        if word.startswith(prefix) and word != prefix:
            return _own(product, word.removeprefix(prefix)), len(prefix)
    for product in ("Debian", "Ubuntu"):
        release = _of_codename(product, word)
        if release is not None:
            return release, 0
    return None, 0
