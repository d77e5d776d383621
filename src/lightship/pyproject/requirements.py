"""Requirements files, as pip reads them: includes, constraints, options, hashes, local paths.

Source: pip's documentation, "Requirements File Format", and pip/_internal/req/req_file.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lightship.context.files import Context
from lightship.context.wildcards import clean
from lightship.pyproject.dependency import Dependency, read_dependency

_COMMENT = re.compile(r"(^|\s)#.*$")
_OPTION = re.compile(r"\s(--?[A-Za-z].*)$", re.DOTALL)
_INCLUDE = re.compile(r"(?:-r|--requirement|-c|--constraint)(?:\s*=\s*|\s+|(?<=-[rc]))(?P<path>\S.*)")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s+|(?<=-e))(?P<path>\S.*)")
_EGG = re.compile(r"#egg=([A-Za-z0-9._-]+)")
_LOCAL = re.compile(r"\.{0,2}/|\.{1,2}$|\.{1,2}\[|file:")
_MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class Requirements:
    """A requirements file with everything that it includes.

    `files` are the paths that pip opens, the file itself first; `missing` are those that the context does not hold.
    `constraints` are the files among them that only constrain. `options` are lines that are no requirement
    (`--index-url …`). `local` are the paths that it installs from the context: they are needed to install.
    """

    path: str
    files: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    options: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def has_hashes(self) -> bool:
        """Whether every requirement carries a hash, so that pip checks them all."""
        return bool(self.dependencies) and all(dependency.hashed for dependency in self.dependencies)

    @property
    def is_pinned(self) -> bool:
        """Whether every requirement names one version."""
        return bool(self.dependencies) and all(item.version or item.url for item in self.dependencies)


def read_requirements(context: Context, path: str) -> Requirements:
    """A requirements file of the build context, read with its includes; each file once."""
    waiting, seen = [(clean(path), False)], dict[str, bool]()
    found = Requirements(clean(path))
    while waiting and len(seen) < _MOST_FILES:
        at, constrains = waiting.pop(0)
        if at in seen:
            continue
        seen[at] = constrains
        text = context.read(at)
        if text is None:
            found = _with(found, missing=(*found.missing, at))
            continue
        found = _with(found, files=(*found.files, at), constraints=(*found.constraints, *([at] if constrains else [])))
        for line in _lines(text):
            included = _INCLUDE.fullmatch(line)
            if included:
                waiting.append((_beside(at, included["path"]), constrains or line.startswith(("-c", "--c"))))
            elif not constrains:
                found = _read_line(found, line, at)
    return found


def _with(found: Requirements, **changed: tuple[str, ...]) -> Requirements:
    from dataclasses import replace  # noqa: PLC0415 - only here

    return replace(found, **changed)  # type: ignore[arg-type]
