"""What is known of the base image, for Python: that it has one, and sets no variable of it.

Read for this on 2026-11-24: docker-library/python, whose ENV is PATH, LANG, GPG_KEY, PYTHON_VERSION
and PYTHON_SHA256; the images of distributions set none.
"""

from __future__ import annotations

from lightship.base_images.lifetimes import official_name
from lightship.build import Build
from lightship.facts.stages.final_image import has_own_python
from lightship.shell.specs import Package

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
    if official_name(image) in _PLAIN:
        return True
    return image.name in _OTHERS


def brings_python(build: Build) -> bool:
    """Whether Python is known to be in the final image: from its base, or installed."""
    if not build.lineage:
        return False
    final = build.lineage[-1]
    if has_own_python(build, final):
        return True

    shipped = {step.instruction for step in build.shipped_steps}
    for call in build.packages(*_INSTALLERS):
        if call.instruction in shipped:
            return True  # it runs on a Python that is there
    for call in build.packages(*_SYSTEM, action="install"):
        if call.instruction not in shipped:
            continue
        if any(map(_is_of_python, call.does.packages)):
            return True
    return False


def _is_of_python(package: Package) -> bool:
    """Whether a package of the system is Python, or needs it."""
    name = package.name
    return name.startswith(_PYTHON_PACKAGES)
