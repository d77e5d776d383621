"""Variables that the build of a front end writes into its pages, for everybody to read."""

from __future__ import annotations

from lightship.build import Build
from lightship.context.files import File
from lightship.regex import regex

_READS = regex(
    r"\bimport\.meta\.env\.|\bprocess\.env\.(?:REACT_APP|NEXT_PUBLIC|NUXT_PUBLIC|VUE_APP|GATSBY"
    r"|EXPO_PUBLIC|PUBLIC)_"
)
_SOURCES = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".vue", ".svelte", ".astro")
_MOST_FILES = 300
_LARGEST = 200_000


def reads_public_variables(build: Build) -> bool:
    """Whether sources of the build context read such a variable where the pages are built."""
    context = build.context
    if context is None:
        return False
    files = list(filter(_is_source, context.sent))
    return any(
        _READS.search(context.read(file.path) or "") for file in files[:_MOST_FILES]
    )


def _is_source(file: File) -> bool:
    if file.size > _LARGEST or "node_modules" in file.path:
        return False
    return file.name.endswith(_SOURCES)
