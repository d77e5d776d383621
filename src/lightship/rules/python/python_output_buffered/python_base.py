"""What is known of the base image, for Python: that it has one, and sets no variable of it.

Read for this on 2026-11-24: docker-library/python, whose ENV is PATH, LANG, GPG_KEY, PYTHON_VERSION
and PYTHON_SHA256; the images of distributions set none.
"""

from __future__ import annotations

from lightship.base_images.lifetimes import official_name
from lightship.build import Build
from lightship.facts.stages.final_image import has_own_python

_PLAIN = frozenset(
    "python debian ubuntu alpine buildpack-deps fedora almalinux rockylinux amazonlinux archlinux"
    " node".split()
)
_OTHERS = ("ghcr.io/astral-sh/uv", "astral/uv", "nvidia/cuda")
_INSTALLERS = ("pip", "uv", "poetry", "pdm", "pipenv")
_SYSTEM = ("apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper")
_PYTHON_PACKAGES = ("python3", "py3-")


def sets_no_python_variable(build: Build) -> bool:
    """Whether the base image is one that is known to leave Python's own variables alone."""
    if not build.lineage:
        return False
    image = build.root_image(build.lineage[0])
    if image is None:
        return False
    return official_name(image) in _PLAIN or image.name in _OTHERS


def brings_python(build: Build) -> bool:
    """Whether Python is known to be in the final image: from its base, or installed."""
    if not build.lineage:
        return False
    if has_own_python(build, build.lineage[-1]):
        return True
    shipped = {step.instruction for step in build.shipped_steps}
    for call in build.packages(*_INSTALLERS):
        if call.instruction in shipped:
            return True
    for call in build.packages(*_SYSTEM, action="install"):
        if call.instruction not in shipped:
            continue
        names = [package.name for package in call.does.packages]
        if any(name.startswith(_PYTHON_PACKAGES) for name in names):
            return True
    return False
