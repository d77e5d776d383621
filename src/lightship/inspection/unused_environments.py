"""Virtual environments that nothing names, where another one is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lightship.image.read import Contents
from lightship.inspection.leftover_files import Leftovers
from lightship.inspection.leftover_places import Ignored, Places, takes_room
from lightship.regex import regex

_VENV = regex(r"(.+?)/lib(?:64)?/python3[.\d]*/site-packages")
_NO_VENV = regex(
    r"usr(?:/local)?|opt/[^/]*conda[^/]*.*|opt/python.*|(?:.*/)?\.local|(?:.*/)?uv/(?:python|tools)/[^/]+"
)


def unused_venvs(contents: Contents, leftovers: Leftovers, ignored: Ignored) -> Places:
    """Files of virtual environments that nothing names, where another one is named.

    PATH names one, or the start of the image.
    """
    roots = set(_venvs(leftovers.directories))
    config = contents.image.config
    named = " ".join((*config.env, *config.entrypoint, *config.cmd))
    used = {root for root in roots if _is_named(root, named)}
    if not used or used == roots:
        return {}

    starts = tuple(f"{root}/".encode("latin-1") for root in sorted(roots - used))
    places: Places = {}
    for layer, index in contents.stack.seen():
        scan = contents.stack.scan(layer)
        if scan.paths[index].startswith(starts) and takes_room(scan, index, ignored):
            places.setdefault(("unused-venv", layer), []).append(index)
    return places


def _venvs(directories: Iterable[bytes]) -> Iterator[str]:
    """The roots of virtual environments, as often as they have directories of packages."""
    for directory in directories:
        if b"/site-packages" not in directory:
            continue
        match = _VENV.match(directory.decode("latin-1"))
        if match and not _NO_VENV.fullmatch(match[1]):
            yield match[1]


def _is_named(root: str, text: str) -> bool:
    """Whether a text has the path of a directory, not only as the start of a longer name."""
    path = re.escape(root)
    return re.search(rf"(?<![\w.-])/{path}(?![\w.-])", text) is not None
