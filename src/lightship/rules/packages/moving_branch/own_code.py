"""Clones of the repository that the Dockerfile lies in, beside a build context that may have it."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.packages.own_repository import is_own_repository
from lightship.regex import regex

# `# COPY . /usr/src/app  (no .git directory)`
_ASIDE = regex(r"(?i)\s*#*\s*(?:COPY|ADD)\s+(?:--\S+\s+)*\./?\s+\S")
_CODE = tuple(
    """.py .js .jsx .ts .tsx .mjs .go .rs .rb .java .kt .php .c .cc .cpp .cs .r .R .jl .ex .scala
    .swift .pl .lua .vue .svelte""".split()
)
_OF_ROOT = ("README.md", "README.rst", "pyproject.toml", "setup.py", "package.json")


def is_instead_of_copy(build: Build, instruction: Instruction, url: str) -> bool:
    """Whether a COPY of the same code stands commented out above the clone: it was tried."""
    if not any(map(_ASIDE.match, instruction.comments)):
        return False
    return is_own_repository(build, url)


def is_beside_code(build: Build) -> bool:
    """Whether the build context is a directory of the repository that holds no code."""
    context = build.context
    if context is None or context.read_above is None:
        return False
    if any(file.name.endswith(_CODE) for file in context.files):
        return False
    return any(map(context.read_above, _OF_ROOT))
