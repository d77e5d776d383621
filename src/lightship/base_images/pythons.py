"""The Python that an image brings, or gets from its distribution: version, C library, directory.

Sources: docker-library/python (builds into /usr/local), astral-sh/uv
(docs/guides/integration/docker.md: its tags with python start from those images),
GoogleContainerTools/distroless (python3 of Debian), and the package python3 of Debian and Ubuntu,
by release (packages.debian.org, packages.ubuntu.com).
"""

from __future__ import annotations

import re

from lightship.base_images.lifetimes import Release, official_name, parts
from lightship.base_images.reference import Reference
from lightship.record import record
from lightship.regex import regex

_TAG = regex(r"(?P<minor>[23]\.[0-9]{1,2})(?:\.[0-9]+)?(?P<rest>(?:-[a-z0-9.]+)*)")
_UV_TAG = regex(r"(?:.*-)?python(?P<minor>3\.[0-9]{1,2})(?P<rest>(?:-[a-z0-9.]+)*)")
# `2.7.7-python3.11`, `py3.12-slim`, `py311`
_STATED = regex(r"(?:.*[-_.])?py(?:thon)?-?3\.?(?P<minor>[0-9]{1,2})(?![0-9]).*")
_DISTROLESS = regex(r"distroless/python3(?:-debian(?P<release>[0-9]+))?")
_UV = frozenset({"ghcr.io/astral-sh/uv", "astral/uv"})
_OF_RELEASE = {
    "Debian": {"9": "3.5", "10": "3.7", "11": "3.9", "12": "3.11", "13": "3.13"},
    "Ubuntu": {
        "16.04": "3.5",
        "18.04": "3.6",
        "20.04": "3.8",
        "22.04": "3.10",
        "24.04": "3.12",
    },
}
_DISTRIBUTIONS = frozenset({"debian", "ubuntu", "buildpack-deps"})
# Official images without any Python below /usr/local
_WITHOUT = frozenset(
    """alpine buildpack-deps debian eclipse-temurin golang httpd nginx node openjdk php
    ruby rust ubuntu""".split()
)
LOCAL, SYSTEM = "/usr/local", "/usr"
_NEWEST = "3.14"
_MOVING = frozenset("latest 3 slim alpine trixie bookworm".split())


@record
class Python:
    """An interpreter: `minor` is its version (`3.12`), empty where it is not known, `libc`
    glibc or musl.

    `prefix` is the directory above its `bin` and `lib`; `slim` is whether no other Python is in
    the image.
    """

    minor: str
    libc: str
    prefix: str
    slim: bool = True


def image_python(image: Reference) -> Python | None:
    """The Python that is in an image from the start; None where it has none, or it is not known."""
    if official_name(image) == "python":
        return _local(_TAG.fullmatch(image.tag))
    if image.name in _UV:
        return _local(_UV_TAG.fullmatch(image.tag))
    distroless = _DISTROLESS.fullmatch(image.path) if image.domain == "gcr.io" else None
    if distroless is not None:
        return Python(
            _OF_RELEASE["Debian"].get(distroless["release"] or "", ""), "glibc", SYSTEM
        )
    return None


def oldest_minor(image: Reference) -> str:
    """The minor version that a moving tag of the python image has at least: `python:3-slim`.

    Empty for any other image. 3.14 was there on 2025-10-07 (PEP 745).
    """
    if official_name(image) != "python" or image.digest:
        return ""
    tag = image.tag or "latest"
    word, _, rest = tag.partition("-")
    if "windows" in rest or "rc" in rest:
        return ""
    return _NEWEST if word in _MOVING else ""


def stated_minor(image: Reference) -> str:
    """The Python 3 that the tag of any image names: `prefect:2.7.7-python3.11`; else empty."""
    stated = _STATED.fullmatch(image.tag)
    return f"3.{stated['minor']}" if stated is not None else ""


def libc_without_python(image: Reference) -> str | None:
    """The C library of an image that surely has no Python below /usr/local.

    None where that is not sure.
    """
    if (
        official_name(image) not in _WITHOUT
        or "windows" in image.tag
        or "nano" in image.tag
    ):
        return None
    return "musl" if "alpine" in image.tag or image.name == "alpine" else "glibc"


def _local(tag: re.Match[str] | None) -> Python | None:
    """The full images come from buildpack-deps, which has Debian's Python too."""
    if tag is None or "windows" in tag["rest"] or "nano" in tag["rest"]:
        return None
    alpine = "-alpine" in tag["rest"]
    return Python(
        tag["minor"],
        "musl" if alpine else "glibc",
        LOCAL,
        alpine or "-slim" in tag["rest"],
    )


def distribution_python(image: Reference) -> Python | None:
    """The Python that the package python3 brings; None where the distribution is not known."""
    name = official_name(image)
    if name == "alpine":
        return Python("", "musl", SYSTEM)
    if name not in _DISTRIBUTIONS:
        return None
    releases = [part.release for part in parts(image)]
    minors = list(map(minor_of_release, releases))
    return Python(minors[0] if minors else "", "glibc", SYSTEM)


def minor_of_release(release: Release | None) -> str:
    """The Python of a release of Debian or Ubuntu, `3.12`; empty where it is not known."""
    if release is None:
        return ""
    return _OF_RELEASE.get(release.product, {}).get(release.version, "")
