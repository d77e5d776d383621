"""Which release of a distribution is under images whose tags do not name it.

Of these images the release alone is known: what else is in them (a Python of its own, a compiler,
settings of pip) is the work of their makers. So rules that ask what a release brings ask
`distributions.py`, and those that ask whether its packages still change ask here.

Sources: github.com/phusion/baseimage-docker, image/Dockerfile at each tag; pytorch/pytorch,
docker/pytorch/Dockerfile up to 1.3 and docker.Makefile since; tensorflow/tensorflow,
tools/dockerfiles; NVIDIA's container-images/cuda, whose oldest tags name no distribution, and the
release notes of NVIDIA's frameworks ("Ubuntu 20.04 including Python 3.8"); docker-library/python as
it was when it dropped a version; REP 3 and REP 2000 for ROS, and NVIDIA's JetPack release notes.
Where a change came in between two versions, those around it are left out.
"""

from __future__ import annotations

from functools import cache

from lightship.base_images.distributions import distribution_of
from lightship.base_images.lifetimes import (
    Release,
    official_name,
    releases,
    version_numbers,
)
from lightship.base_images.reference import Reference
from lightship.record import record
from lightship.regex import regex

# Image; the first and the last version with a release; that release
_TABLE = """
    docker.io/phusion/baseimage      0.9.0   0.9.9   ubuntu12.04
    docker.io/phusion/baseimage      0.9.10  0.9.18  ubuntu14.04
    docker.io/phusion/baseimage      0.9.19  0.10.2  ubuntu16.04
    docker.io/phusion/baseimage      0.11    0.11    ubuntu18.04
    docker.io/pytorch/pytorch        0.4     1.3     ubuntu16.04
    docker.io/pytorch/pytorch        1.7     1.13    ubuntu18.04
    docker.io/pytorch/pytorch        2.0     2.0     ubuntu20.04
    docker.io/pytorch/pytorch        2.3     2.9     ubuntu22.04
    docker.io/tensorflow/tensorflow  1.0     1.12    ubuntu16.04
    docker.io/tensorflow/tensorflow  1.15    2.5     ubuntu18.04
    docker.io/tensorflow/tensorflow  2.8     2.12    ubuntu20.04
    docker.io/tensorflow/tensorflow  2.15    2.19    ubuntu22.04
    docker.io/nvidia/cuda            7.0     7.5     ubuntu14.04
    docker.io/nvidia/cuda            8.0     9.2     ubuntu16.04
    docker.io/nvidia/cuda            10.0    10.2    ubuntu18.04
    nvcr.io/nvidia/pytorch           17.10   18.12   ubuntu16.04
    nvcr.io/nvidia/pytorch           19.10   20.10   ubuntu18.04
    nvcr.io/nvidia/pytorch           20.12   23.03   ubuntu20.04
    nvcr.io/nvidia/pytorch           23.06   24.09   ubuntu22.04
    nvcr.io/nvidia/pytorch           24.11   26.03   ubuntu24.04
    nvcr.io/nvidia/tensorflow        17.10   18.12   ubuntu16.04
    nvcr.io/nvidia/tensorflow        19.10   20.10   ubuntu18.04
    nvcr.io/nvidia/tensorflow        20.12   23.03   ubuntu20.04
    nvcr.io/nvidia/tensorflow        23.06   24.09   ubuntu22.04
    nvcr.io/nvidia/tensorflow        24.11   25.02   ubuntu24.04
    nvcr.io/nvidia/mxnet             17.10   18.12   ubuntu16.04
    nvcr.io/nvidia/mxnet             19.10   20.10   ubuntu18.04
    nvcr.io/nvidia/mxnet             20.12   23.03   ubuntu20.04
    nvcr.io/nvidia/mxnet             23.06   24.06   ubuntu22.04
"""
# Tags of python that are no longer built, and stay on the release that was the usual one then
_LAST_BUILT = {
    "2.7": "debian10",
    "3.4": "debian9",
    "3.5": "debian10",
    "3.6": "debian11",
    "3.7": "debian12",
    "3.8": "debian12",
}
_PLAIN = frozenset({"", "slim"})
# Phusion's later tags begin with the release: `focal-1.2.0`, `18.04-1.0.0`
_NAMED_FIRST = frozenset({"docker.io/phusion/baseimage"})
# Other systems, which such a tag names
_OTHERS = ("centos", "ubi", "rockylinux", "windows", "opensuse", "redhat")
_VERSION = regex(r"[0-9]+(?:\.[0-9]+)+")
_PARTS = 2  # of a version that a row tells of, unless it has more itself


@record
class _ReleaseRange:
    """The versions of an image, first and last, that are made from one release."""

    first: tuple[int, ...]
    last: tuple[int, ...]
    release: str


@cache
def _rows() -> dict[str, list[_ReleaseRange]]:
    rows: dict[str, list[_ReleaseRange]] = {}
    for line in _TABLE.strip().splitlines():
        name, first, last, release = line.split()
        row = _ReleaseRange(version_numbers(first), version_numbers(last), release)
        rows.setdefault(name, []).append(row)
    return rows


# What a word of the tag tells of images of anybody: a release, one of ROS, or one of NVIDIA's for
# Jetson, of JetPack (`jp4.6.1`) or of Linux for Tegra (`r32.4.3`)
_UBUNTU = regex(r"ubuntu-?(?P<version>\d\d\.\d\d)")
_OF_ROS = {
    "kinetic": "ubuntu16.04",
    "melodic": "ubuntu18.04",
    "noetic": "ubuntu20.04",
    "foxy": "ubuntu20.04",
    "galactic": "ubuntu20.04",
    "humble": "ubuntu22.04",
    "iron": "ubuntu22.04",
    "jazzy": "ubuntu24.04",
}
_PARTS_OF_PATH = regex(r"[/_-]")
_JETSON = regex(r"(?:jp|r)(?P<major>\d+)(?:\.\d+)*")
_OF_JETSON = {
    "4": "ubuntu18.04",
    "32": "ubuntu18.04",
    "5": "ubuntu20.04",
    "35": "ubuntu20.04",
    "6": "ubuntu22.04",
    "36": "ubuntu22.04",
}


def release_under(image: Reference) -> Release | None:
    """The release of Debian, Ubuntu or Alpine whose packages an image has; None where unknown."""
    named = distribution_of(image)
    if named is not None or image.digest:
        return named
    if official_name(image) == "python":
        version, _, variant = image.tag.partition("-")
        return _release(_LAST_BUILT.get(version, "")) if variant in _PLAIN else None
    if any(word in image.tag for word in _OTHERS):
        return None
    name = f"{image.domain}/{image.path}"
    if name not in _rows():
        return _of_words(image)
    first_word = image.tag.partition("-")[0]
    if name in _NAMED_FIRST:
        for release in releases("Ubuntu"):
            if first_word in (release.codename, release.version):
                return release
    return _of_version(name, first_word)


def _of_words(image: Reference) -> Release | None:
    """The release that words of the tag tell, where they tell one alone."""
    if _UBUNTU.search(image.tag):
        told = {f"ubuntu{match['version']}" for match in _UBUNTU.finditer(image.tag)}
        return _release(told.pop()) if len(told) == 1 else None

    words = image.tag.split("-")
    told = {_OF_ROS[word] for word in words if word in _OF_ROS}
    is_of_jetson = not {"l4t", "jetson"}.isdisjoint(
        [*words, *_PARTS_OF_PATH.split(image.path)]
    )
    if is_of_jetson:
        for word in words:
            match = _JETSON.fullmatch(word)
            if match is not None:
                told.add(_OF_JETSON.get(match["major"], ""))
    return _release(told.pop()) if len(told) == 1 else None


def _of_version(name: str, version: str) -> Release | None:
    """The release of the row that has the version of an image."""
    if not _VERSION.fullmatch(version):
        return None
    numbers = version_numbers(version)
    for row in _rows()[name]:
        first = numbers[: max(_PARTS, len(row.first))]
        last = numbers[: max(_PARTS, len(row.last))]
        if row.first <= first and last <= row.last:
            return _release(row.release)
    return None


def _release(name: str) -> Release | None:
    """The release that is written as `ubuntu16.04`."""
    for product in ("Ubuntu", "Debian"):
        version = name.removeprefix(product.lower())
        for release in releases(product):
            if version != name and release.version == version:
                return release
    return None
