"""Whether a lock file of Node knows the version ranges that package.json asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lightship.regex import regex

_SECTIONS = ("dependencies", "devDependencies", "optionalDependencies")
# What replaces ranges, or takes packages from the repository itself
_REPLACING = ("resolutions", "overrides", "workspaces", "pnpm")
_RANGE = regex(r"[\^~<>=v ]*[0-9].*")
_SPECIFIER = "specifier:"
_ENDS = ('"', ",", ":")


def is_stale(name: str, lock: str, manifest: str) -> bool:
    """Whether the lock file `name` surely lacks a range that the manifest beside it asks for.

    False where that cannot be told, as of a workspace, or with ranges that are replaced.
    """
    package = _object(manifest)
    wanted = dict(_ranges(package))
    if name in ("package-lock.json", "npm-shrinkwrap.json"):
        return _npm_lacks(_object(lock), wanted)
    if any(key in package for key in _REPLACING):
        return False
    if name == "yarn.lock":
        return _yarn_lacks(lock, wanted)
    if name == "pnpm-lock.yaml":
        return _pnpm_lacks(lock, wanted)
    return False


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _ranges(package: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The packages of a registry that are asked for, each with its range."""
    for section in _SECTIONS:
        entries = package.get(section)
        if not isinstance(entries, dict):
            continue
        for name, text in entries.items():
            if isinstance(text, str) and _RANGE.fullmatch(text):
                yield name, text


def _npm_lacks(lock: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """A lock file of npm 7 and newer repeats what package.json asks for."""
    packages = lock.get("packages")
    if not isinstance(packages, dict):
        return False
    root = packages.get("")
    if not isinstance(root, dict):
        return False
    known = dict(_ranges(root))
    return any(known.get(name) != text for name, text in wanted.items())


def _yarn_lacks(lock: str, wanted: Mapping[str, str]) -> bool:
    """A lock file of the first yarn has the ranges in its keys."""
    if "# yarn lockfile v1" not in lock:
        return False
    return not all(_yarn_has(lock, *item) for item in wanted.items())


def _yarn_has(lock: str, name: str, text: str) -> bool:
    key = f"{name}@{text}"
    return any(f"{key}{end}" in lock for end in _ENDS)


def _pnpm_lacks(lock: str, wanted: Mapping[str, str]) -> bool:
    """A lock file of pnpm repeats what package.json asks for, as specifiers."""
    if _SPECIFIER not in lock or "\noverrides:" in lock:
        return False
    return not all(_pnpm_has(lock, *item) for item in wanted.items())


def _pnpm_has(lock: str, name: str, text: str) -> bool:
    quote = "['\"]?"
    key = f"{quote}{re.escape(name)}{quote}:"
    value = f"{quote}{re.escape(text)}{quote}"
    pattern = rf"^\s+{key}\n\s+{_SPECIFIER} {value}\s*$"
    return re.search(pattern, lock, re.MULTILINE) is not None
