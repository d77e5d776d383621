"""What is known of the base image of the final stage, for Python: that it has one, and sets no variable of it.

Read for this on 2026-11-24: docker-library/python, whose ENV is PATH, LANG, GPG_KEY, PYTHON_VERSION and PYTHON_SHA256;
the images of distributions set none.
"""

from __future__ import annotations

from lightship.base_images.lifetimes import official_name
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.facts.stages.final_image import has_own_python

_PLAIN = frozenset(
    "python debian ubuntu alpine buildpack-deps fedora almalinux rockylinux amazonlinux archlinux node".split()
)
_OTHERS = ("ghcr.io/astral-sh/uv", "astral/uv", "nvidia/cuda")
_INSTALLERS = ("pip", "uv", "poetry", "pdm", "pipenv")
_SYSTEM = ("apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper")


def sets_no_python_variable(build: Build) -> bool:
    """Whether the base image is one that is known to leave Python's own variables alone."""
    image = (
        read_reference(build.evaluation.root(build.lineage[0]).name)
        if build.lineage
        else ""
    )
    return not isinstance(image, str) and (
        official_name(image) in _PLAIN or image.name in _OTHERS
    )


def brings_python(build: Build) -> bool:
    """Whether Python is known to be in the final image: from its base, or installed."""
    if not build.lineage or has_own_python(build, build.lineage[-1]):
        return bool(build.lineage)
    runs = {step.instruction for step in build.shipped_steps}
    if any(found.instruction in runs for found in build.packages(*_INSTALLERS)):
        return True
    return any(
        package.name.startswith(("python3", "py3-"))
        for found in build.packages(*_SYSTEM, action="install")
        if found.instruction in runs
        for package in found.does.packages
    )
