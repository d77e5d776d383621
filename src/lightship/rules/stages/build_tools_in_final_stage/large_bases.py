"""Base images by whose side build tools are nothing: of gigabytes, or with compilers themselves."""

from __future__ import annotations

from lightship.base_images.full import headers_of_full
from lightship.base_images.reference import Reference
from lightship.regex import regex

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
# Of Jupyter's images those that install gcc (jupyter/docker-stacks, images/scipy-notebook and
# r-notebook), and those that start from them
_NOTEBOOKS = regex(
    r"jupyter/(?:all-spark|datascience|pyspark|pytorch|r|scipy|tensorflow)-notebook"
)
# Builders of OpenShift: gcc-c++ and headers (github.com/sclorg/s2i-base-container, base/Dockerfile)
_S2I = regex(
    r"(?:[\w.-]+/)*(?:centos\d*|ubi\d*|rhel\d*|rhscl|sclorg|fedora|openshift)"
    r"/(?:(?:python|nodejs|ruby|perl)-\d|s2i-(?!core|minimal))(?!\S*minimal)\S*"
)


def is_huge(image: Reference) -> bool:
    """Whether an image has libraries of a GPU, which weigh gigabytes."""
    return image.name.startswith(_HUGE)


def has_compilers(image: Reference) -> bool:
    """Whether the name of an image says that it is one to compile with."""
    if image.name.startswith("rocm/dev-") or is_of_r(image) or is_of_s2i(image):
        return True
    if _NOTEBOOKS.fullmatch(image.path) is not None:
        return True
    return is_huge(image) and any(mark in image.tag for mark in _TO_COMPILE)


def brings_gcc(image: Reference) -> bool:
    """Whether an image has a compiler of C already, as the full Python image has."""
    return "gcc" in headers_of_full(image) or has_compilers(image)


def is_of_s2i(image: Reference) -> bool:
    """Whether an image is a builder of OpenShift, as `centos/python-36-centos7`."""
    return _S2I.fullmatch(image.path) is not None


def is_of_r(image: Reference) -> bool:
    """Whether an image is one of R, which has r-base-dev: packages of R come as sources."""
    return image.name.startswith(_OF_R)
