"""Compilers that conda or pixi install: beside them those of the system are little."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.installs.named_packages import named_packages
from lightship.regex import regex

_COMPILERS = frozenset(
    """c-compiler compilers cxx-compiler fortran-compiler gcc gcc-linux-64 gfortran
    gfortran-linux-64 gxx gxx-linux-64""".split()
)
_OF_PIXI = ("pixi.toml", "pyproject.toml")
# A row of a table of dependencies: `cxx-compiler = "*"`
_ROW = regex(r"(?m)^[ \t]*\"?([\w-]+)\"?[ \t]*=")


def has_conda_compilers(build: Build) -> bool:
    """Whether an environment of conda or pixi in the image has a compiler itself."""
    for package in named_packages(build):
        if package.name in _COMPILERS:
            return True
    return any(build.commands("pixi")) and _pixi_names_one(build)


def _pixi_names_one(build: Build) -> bool:
    if build.context is None:
        return False
    for path in _OF_PIXI:
        rows = _ROW.findall(build.context.read(path) or "")
        if not _COMPILERS.isdisjoint(rows):
            return True
    return False
