"""Whether the project's own scripts write or delete its ignore file."""

from __future__ import annotations

from lightship.build import Build
from lightship.context.files import Context
from lightship.facts.context.ignore_edits import IGNORE
from lightship.facts.start.container_lines import run_texts
from lightship.regex import regex

# `:> "$(ROOT)/.dockerignore"`, `rm -f .dockerignore`, `cp a.dockerignore .dockerignore`
_WRITTEN = regex(
    r"(?m)(?:>|^[^#\n]*\b(?:rm|cp|mv|ln|tee|install)\s[^\n;&|]*?[\s\"'/])[ \t]*"
    r"[\"']?(?:[^\s\"'#;&|>]*/)?\.dockerignore[\"']?[ \t]*(?:$|[;&|])"
)
_UNTRACKED = regex(r"(?m)^(?:/|\*\*/)?\.dockerignore\s*$")


def is_generated(build: Build) -> bool:
    """Whether a script writes or deletes `.dockerignore`, or git does not track it.

    What is written into it then is lost, or makes the tree dirty.
    """
    return build.once(_is_generated)


def _is_generated(build: Build) -> bool:
    context = build.context
    if context is None:
        return False
    untracked = _text(context, ".gitignore")
    if _UNTRACKED.search(untracked):
        return True

    texts = run_texts(build) or ()
    naming = [text for text in texts if IGNORE in text]
    return any(map(_WRITTEN.search, naming))


def _text(context: Context, path: str) -> str:
    return context.read(path) or ""
