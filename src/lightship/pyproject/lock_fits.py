"""Whether a lock file of Python still fits its manifest, so that the build can insist on it.

Sources: pipenv/project.py and sarugaku/plette (the hash of a Pipfile in Pipfile.lock), uv.lock
(`package.metadata`, which repeats what pyproject.toml asks for).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from lightship.pyproject.data_files import (
    parse_json,
    parse_toml,
    rows,
    table,
    text_at,
)
from lightship.pyproject.dependency import Dependency, normalised
from lightship.pyproject.project import Project

# pipenv takes this one where the Pipfile names none
_PYPI = {"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}
# Tables of a Pipfile that are not lists of packages
_OTHER_TABLES = frozenset(
    "source requires packages dev-packages scripts pipfile pipenv".split()
)
# What uv.lock repeats in other places
_UV_SETTINGS = (
    "override-dependencies",
    "constraint-dependencies",
    "build-constraint-dependencies",
    "exclude-dependencies",
    "environments",
    "required-environments",
    "conflicts",
    "exclude-newer",
    "resolution",
    "prerelease",
)
# A requirement: its name, and the parts of its specifier
_Wanted = frozenset[tuple[str, frozenset[str]]]


def lock_fits(tool: str, project: Project, lock: str) -> bool | None:
    """Whether the text of a lock file fits the project; None where that cannot be told."""
    if tool == "pipenv":
        return _pipfile_fits(project.context.read(project.path("Pipfile")) or "", lock)
    if tool == "uv":
        return _uv_fits(project, lock)
    return None


def _pipfile_fits(pipfile: str, lock: str) -> bool | None:
    """By the hash that pipenv itself compares."""
    data = parse_toml(pipfile)
    locked = text_at(parse_json(lock) or {}, "_meta", "hash", "sha256")
    if not data or not locked:
        return None
    hashed: dict[str, Any] = {
        "_meta": {
            "sources": data.get("source", [_PYPI]),
            "requires": data.get("requires", {}),
        },
        "default": data.get("packages", {}),
        "develop": data.get("dev-packages", {}),
    }
    others = data.keys() - _OTHER_TABLES
    hashed |= {name: data[name] for name in others}
    try:
        text = json.dumps(hashed, sort_keys=True, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        return None  # a date
    return hashlib.sha256(text.encode()).hexdigest() == locked


def _uv_fits(project: Project, lock: str) -> bool | None:
    """By the names and specifiers; other parts of the manifest only make it uncertain."""
    manifest = parse_toml(project.context.read(project.path("pyproject.toml")) or "")
    locked = parse_toml(lock)
    if not manifest or not locked or project.members:
        return None
    own = _own_package(locked)
    if own is None or "dependencies" in rows(manifest, "project", "dynamic"):
        return None
    if any(name in table(manifest, "tool", "uv") for name in _UV_SETTINGS):
        return None

    metadata = table(own, "metadata")
    groups = table(metadata, "requires-dev").values()
    known = _locked([*rows(metadata, "requires-dist"), *_all_rows(groups)])
    sections = (
        project.dependencies,
        *project.extras.values(),
        *project.groups.values(),
    )
    file = project.path("pyproject.toml")
    wanted = _wanted(item for items in sections for item in items if item.file == file)
    if _names(known) != _names(wanted):
        return False

    python = text_at(manifest, "project", "requires-python")
    is_same_python = _parts(python) == _parts(text_at(locked, "requires-python"))
    return True if known == wanted and is_same_python else None


def _own_package(locked: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The package of uv.lock that is the project itself."""
    for package in rows(locked, "package"):
        source = table(package, "source")
        if "." in (source.get("editable"), source.get("virtual")):
            return table(package)
    return None


def _all_rows(lists: Iterable[Any]) -> list[Any]:
    return [row for rows_ in lists if isinstance(rows_, list) for row in rows_]


def _locked(entries: Iterable[Any]) -> _Wanted:
    pairs = set()
    for entry in entries:
        name = normalised(text_at(entry, "name"))
        pairs.add((name, _parts(text_at(entry, "specifier"))))
    return frozenset(pairs)


def _wanted(dependencies: Iterable[Dependency]) -> _Wanted:
    return frozenset((item.name, _parts(item.specifier)) for item in dependencies)


def _names(wanted: _Wanted) -> frozenset[str]:
    return frozenset(name for name, _ in wanted)


def _parts(specifier: str) -> frozenset[str]:
    """`>=1, <2` and `<2,>=1` are the same."""
    parts = (part.replace(" ", "") for part in specifier.split(","))
    return frozenset(filter(None, parts))
