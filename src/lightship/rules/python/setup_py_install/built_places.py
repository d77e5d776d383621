"""Where setup.py builds: in its directory, where newer and older pips do it elsewhere."""

from __future__ import annotations

from lightship.build import Build, Invocation
from lightship.facts.copies.sources import sources_of
from lightship.facts.installs.old_pips import isolates_no_build
from lightship.facts.values.directories import directory_of
from lightship.regex import regex

_BY_PRODUCT = regex(
    r"(?<![\w.-])build/(?:lib|scripts|temp|bdist)[.-]\w|(?<![\w.-])\.eggs(?![\w.-])"
)
# Directories of bindings, beside the library that they bind
_BINDINGS = ("python", "python-package")
_SOURCES = (".py", ".sh", "Makefile", ".cfg", ".toml", ".yaml", ".yml")


def is_built_in_a_copy(build: Build, call: Invocation) -> bool:
    """Whether an old pip would miss what lies beside the directory, such as a compiled library.

    pip builds in place since 21.3 (its NEWS.rst).
    """
    directory = directory_of(build, call) or ""
    is_binding = directory.rpartition("/")[2] in _BINDINGS
    return is_binding and isolates_no_build(build, call)


def uses_build_directory(build: Build) -> bool:
    """Whether something takes what setup.py leaves in `build` or `.eggs`: pip builds elsewhere."""
    if _BY_PRODUCT.search(build.dockerfile.text) is not None:
        return True
    return any(map(_BY_PRODUCT.search, sources_of(build, _SOURCES)))
