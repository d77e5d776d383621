"""Lock files of Yarn 1 that a later Yarn rewrites in its own form."""

from __future__ import annotations

import posixpath

from lightship.build import Build
from lightship.facts.installs.dependencies import Install
from lightship.regex import regex
from lightship.rules.packages.node_lock_not_checked.open_locks import CLASSIC

_LATER = regex(r"\"packageManager\"\s*:\s*\"yarn@[2-9]")
_NAMED = regex(r"\byarn (?:set version|policies)\b|\byarn@(?:[2-9]|berry|stable)")


def is_migrated(build: Build, install: Install, lock: str) -> bool:
    """Whether the install has to rewrite the lock file, which no option to keep it allows."""
    context = build.context
    if install.tool != "yarn" or context is None:
        return False
    text = context.read(lock) or ""
    if CLASSIC not in text:
        return False

    directory = posixpath.dirname(lock)
    settings = posixpath.join(directory, ".yarnrc.yml")
    if context.exists(settings):
        return True
    manifest = posixpath.join(directory, "package.json")
    stated = context.read(manifest) or ""
    if _LATER.search(stated):
        return True
    return _NAMED.search(build.dockerfile.text) is not None
