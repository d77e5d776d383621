"""What apt is asked to install and the base image has already."""

from __future__ import annotations

from lightship.base_images.full import packages_of_full
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage

# They come without an index
_LOCAL = frozenset({"file", "directory", "url", "removal"})


def base_packages(build: Build, stage: Stage) -> frozenset[str]:
    """The packages of the image from which a stage starts, as far as they are known."""
    image = build.root_image(stage)
    if image is None:
        return frozenset()
    return packages_of_full(image)


def needs_index(use: PackageInvocation, have: frozenset[str]) -> bool:
    """Whether a command reads the index of the mirrors, where the image has these packages."""
    if use.does.action == "upgrade":
        return True
    if use.does.action != "install":
        return False

    for package in use.does.packages:
        if package.kind not in _LOCAL and package.name not in have:
            return True
    return False
