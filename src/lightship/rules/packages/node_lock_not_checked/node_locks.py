"""Whether a lock file of Node knows the version ranges that package.json asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lightship.regex import regex

_Table = Mapping[str, Any]  # an object of JSON
_Ranges = Mapping[str, str]  # by the name of the package
_SECTIONS = ("dependencies", "devDependencies", "optionalDependencies")
# What replaces ranges, or takes packages from the repository itself
_REPLACING = ("resolutions", "overrides", "workspaces", "pnpm")
_RANGE = regex(r"[\^~<>=v ]*[0-9].*")
_SPECIFIER = "specifier:"
_ENDS = ('"', ",", ":")


def fits(name: str, lock: str, manifest: str) -> bool | None:
    """Whether the lock file `name` has all that the manifest beside it asks for.

    An install that insists on it then does not stop. None where that cannot be told, as of a
    workspace, or with ranges that are replaced.
    """
    package = _object(manifest)
    wanted = dict(_ranges(package))
    if name in ("package-lock.json", "npm-shrinkwrap.json"):
        lacks = _npm_lacks(_object(lock), wanted)
        if "workspaces" in package and not lacks:
            return None
        return _negated(lacks)

    if any(key in package for key in _REPLACING):
        return None
    if name == "yarn.lock":
        return _negated(_yarn_lacks(lock, wanted))
    if name == "pnpm-lock.yaml":
        return _negated(_pnpm_lacks(lock, wanted))
    return None


def _negated(lacks: bool | None) -> bool | None:
    return None if lacks is None else not lacks


def _object(text: str) -> _Table:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _ranges(package: _Table) -> Iterator[tuple[str, str]]:
    """The packages of a registry that are asked for, each with its range."""
    for section in _SECTIONS:
        entries = package.get(section)
        if not isinstance(entries, dict):
            continue
        for name, text in entries.items():
            is_range = isinstance(text, str) and _RANGE.fullmatch(text)
            if is_range:
                yield name, text


def _npm_lacks(lock: _Table, wanted: _Ranges) -> bool | None:
    """A lock file of npm 7 and newer repeats what package.json asks for.

    An older one only has the packages.
    """
    packages = lock.get("packages")
    if not isinstance(packages, dict):
        return _older_npm_lacks(lock.get("dependencies"), wanted)

    root = packages.get("")
    if not isinstance(root, dict):
        return None
    known = dict(_ranges(root))
    if not wanted.items() <= known.items():
        return True
    return not all(_has_all(packages, path) for path in packages)


def _older_npm_lacks(packages: Any, wanted: _Ranges) -> bool | None:
    if not isinstance(packages, dict):
        return None
    # It does not say for which ranges it was made
    has_all = packages.keys() >= wanted.keys()
    return None if has_all else True


def _has_all(packages: _Table, path: str) -> bool:
    """Whether all that an entry of a lock file depends on is in it, where Node would look."""
    entry = packages[path]
    if not isinstance(entry, dict):
        return False
    # npm leaves out what an optional package needs on another system
    if entry.get("optional") or entry.get("bundleDependencies") is True:
        return True

    wanted = {*_texts(entry, "dependencies"), *_texts(entry, "peerDependencies")}
    if path == "":
        wanted.update(_texts(entry, "devDependencies"))
    wanted.difference_update(_texts(entry, "optionalDependencies"))
    wanted.difference_update(_texts(entry, "peerDependenciesMeta"))
    wanted -= _bundled(entry)
    return all(_is_found(packages, path, name) for name in wanted)


def _bundled(entry: _Table) -> set[str]:
    """The packages that come with an entry, and need not be listed."""
    names = entry.get("bundleDependencies")
    if not isinstance(names, list):
        return set()
    return {name for name in names if isinstance(name, str)}


def _texts(entry: _Table, section: str) -> dict[str, Any]:
    value = entry.get(section)
    return value if isinstance(value, dict) else {}


def _is_found(packages: _Table, path: str, name: str) -> bool:
    """Whether Node finds a package from a directory of node_modules, or one above it."""
    while True:
        start = f"{path}/" if path else ""
        if f"{start}node_modules/{name}" in packages:
            return True
        if not path:
            return False
        path, _, _ = path.rpartition("node_modules/")
        path = path.rstrip("/")


def _yarn_lacks(lock: str, wanted: _Ranges) -> bool | None:
    """A lock file of yarn has the ranges in its keys, since the second one after `npm:`."""
    if "# yarn lockfile v1" in lock:
        return not all(_yarn_has(lock, *item) for item in wanted.items())
    if "__metadata:" not in lock:
        return None
    ranges = {name: f"npm:{text}" for name, text in wanted.items()}
    return not all(_yarn_has(lock, *item) for item in ranges.items())


def _yarn_has(lock: str, name: str, text: str) -> bool:
    key = f"{name}@{text}"
    return any(f"{key}{end}" in lock for end in _ENDS)


def _pnpm_lacks(lock: str, wanted: _Ranges) -> bool | None:
    """A lock file of pnpm repeats what package.json asks for, as specifiers."""
    if "importers:" not in lock and "lockfileVersion" not in lock:
        return None
    if "\noverrides:" in lock:
        return None
    if wanted and _SPECIFIER not in lock:
        return None
    return not all(_pnpm_has(lock, *item) for item in wanted.items())


def _pnpm_has(lock: str, name: str, text: str) -> bool:
    quote = "['\"]?"
    key = f"{quote}{re.escape(name)}{quote}:"
    value = f"{quote}{re.escape(text)}{quote}"
    pattern = rf"^\s+{key}\n\s+{_SPECIFIER} {value}\s*$"
    return re.search(pattern, lock, re.MULTILINE) is not None
