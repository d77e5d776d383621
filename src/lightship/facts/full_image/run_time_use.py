"""What a program asks of the system while it runs, and the slim image lacks.

`torch.compile` and its like call a compiler, `find_library` looks for libraries of the system, and
Tk's own libraries are in the full image alone (docker-library/python leaves tkinter out of what it
keeps libraries for).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.regex import regex

_COMPILES = regex(r"\btorch\.compile\b|\bcpp_extension\b|\bpyximport\b|\bnumba\.pycc\b")
_LOOKS_UP = regex(r"\bfind_library\(\s*[\"'](?!c[\"'])")
_TK = regex(
    r"(?m)^[ \t]*(?:import|from)[ \t]+(tkinter|turtle|customtkinter|PySimpleGUI)\b"
)
_TK_PACKAGES = ("tk", "libtk", "python3-tk")


def asked_at_run_time(
    build: Build, installed: Collection[str], missing: Collection[str]
) -> Iterator[str]:
    """What code of the project uses, given the packages of apt and the commands that lack."""
    text = "\n".join(sources_of(build, (".py",)))
    compiles = _COMPILES.search(text)
    if compiles is not None and "gcc" in missing:
        yield compiles[0]
    if _LOOKS_UP.search(text):
        yield "find_library"
    shown = _TK.search(text)
    if shown is not None and not any(
        name.startswith(_TK_PACKAGES) for name in installed
    ):
        yield shown[1]
