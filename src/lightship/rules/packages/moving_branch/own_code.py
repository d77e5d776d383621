"""Clones of the repository that the Dockerfile lies in, beside a build context that may have it."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.packages.own_repository import is_own_repository
from lightship.regex import regex

# `# COPY . /usr/src/app  (no .git directory)`
_ASIDE = regex(r"(?i)\s*(?:#+\s*)?(?:COPY|ADD)\s+(?:--\S+\s+)*\./?\s+\S")
_OF_ROOT = ("README.md", "README.rst", "pyproject.toml", "setup.py", "package.json")


def is_instead_of_copy(build: Build, instruction: Instruction, url: str) -> bool:
    """Whether a COPY of the same code stands commented out above the clone: it was tried."""
    if not any(map(_ASIDE.match, instruction.comments)):
        return False
    return is_own_repository(build, url)


def is_below_root(build: Build) -> bool:
    """Whether the context is a directory of the repository: a clone has what lies beside it."""
    context = build.context
    if context is None or context.read_above is None:
        return False
    return any(map(context.read_above, _OF_ROOT))
