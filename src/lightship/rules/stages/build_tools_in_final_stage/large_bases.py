"""Base images by whose side build tools are nothing: of gigabytes, or with compilers themselves."""

from __future__ import annotations

from lightship.base_images.reference import Reference

_HUGE = (
    "intel/",
    "nvcr.io/",
    "nvidia/",
    "pytorch/",
    "rocm/",
    "vault.habana.ai/",
)
# R installs its packages from sources
_OF_R = ("r-base", "rocker/", "bioconductor/")
_TO_COMPILE = ("devel", "-sdk", "-toolkit")


def is_huge(image: Reference) -> bool:
    """Whether an image has libraries of a GPU, which weigh gigabytes."""
    return image.name.startswith(_HUGE)


def has_compilers(image: Reference) -> bool:
    """Whether the name of an image says that it is one to compile with."""
    if image.name.startswith("rocm/dev-") or is_of_r(image):
        return True
    return is_huge(image) and any(mark in image.tag for mark in _TO_COMPILE)


def is_of_r(image: Reference) -> bool:
    """Whether an image is one of R, which has r-base-dev: packages of R come as sources."""
    return image.name.startswith(_OF_R)
