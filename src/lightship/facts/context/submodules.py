"""Paths of the build context that a submodule of git brings: CI checks it out before it builds."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.context.files import Context
from lightship.context.wildcards import clean
from lightship.evaluation.paths import below
from lightship.regex import regex

_NAME = ".gitmodules"
_PATH = regex(r"(?m)^[^\S\n]*path\s*=\s*(\S+)")


def in_submodule(context: Context, path: str) -> bool:
    """Whether a path of the context lies below one that a `.gitmodules` of the repository names.

    That file stands at the root of the repository, so mostly above the context.
    """
    for inner, text in _module_files(context):
        from_root = clean(f"{inner}/{path}")
        whole = from_root.lstrip("/")
        for module in _PATH.findall(text):
            directory = module.rstrip("/")
            is_inside = below(whole, directory) is not None
            if is_inside:
                return True
    return False


def _module_files(context: Context) -> Iterator[tuple[str, str]]:
    """Their texts, each with the path of the context from its directory."""
    own = context.read(_NAME)
    if own:
        yield "", own
    read_above = context.read_above
    if read_above is None:
        return
    for file in read_above(_NAME):
        yield file.inner, file.text
