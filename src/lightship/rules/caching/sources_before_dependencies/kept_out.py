"""Directories that an install makes, and that a copy after it would bring from a working copy.

Before the fix the install came last, and put its own packages over those of the machine.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from lightship.facts.context.generated_ignore import is_generated
from lightship.facts.context.ignore_edits import ignore_edit
from lightship.facts.edits.moves import GiveUp
from lightship.facts.installs.dependencies import Install
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy
from lightship.text import Edit

# What else installs into a directory of the project is told to, by a setting
_MAKING = {"uv": ".venv", "pdm": ".venv"}


def keeping_out(early: EarlyCopy, installs: Iterable[Install]) -> tuple[Edit, ...]:
    """The edits of the ignore file that leave out what git ignores: it may lie there any day."""
    context = early.build.context
    if context is None:
        return ()
    made = [_made_by(early, install) for install in installs]
    known = [path for path in made if path]
    lines = list(dict.fromkeys(known))
    if not lines:
        return ()
    if is_generated(early.build):
        raise GiveUp
    return ignore_edit(context, lines)


def _made_by(early: EarlyCopy, install: Install) -> str | None:
    """What the copy would bring over the environment of an install, once it is there."""
    context = early.build.context
    if context is None or context.git_ignores is None:
        return None
    if install.directory is None:
        return None
    name = _environment(install)
    if not name:
        return None

    place = posixpath.join(install.directory, name)
    # It is not in the context yet
    path = early.delivery.origin(None, place)
    if not path or context.ignore.matches(path):
        return None
    if not context.git_ignores(path):
        return None
    return path


def _environment(install: Install) -> str:
    """The name of the directory that it fills beside the manifest; empty for none."""
    if install.is_node:
        return "node_modules"
    if not install.whole:
        return ""
    return _MAKING.get(install.tool, "")
