"""What setup.py leaves where it builds: pip leaves nothing there."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.regex import regex

_BY_PRODUCT = regex(
    r"(?<![\w.-])build/(?:lib|scripts|temp|bdist)[.-]\w|(?<![\w.-])\.eggs(?![\w.-])"
)
_SOURCES = (".py", ".sh", "Makefile", ".cfg", ".toml", ".yaml", ".yml")


def uses_build_directory(build: Build) -> bool:
    """Whether something takes what setup.py leaves in `build` or `.eggs`: pip builds elsewhere."""
    if _BY_PRODUCT.search(build.dockerfile.text) is not None:
        return True
    return any(map(_BY_PRODUCT.search, sources_of(build, _SOURCES)))
