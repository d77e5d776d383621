"""Names that a repository gives to additional build contexts, wherever it does so.

A build that cannot be resolved, such as that of a composite action, still says that a name is no
stage. So the files are searched as text, and no build has to be known.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from lightship.builds.source_files import may_speak
from lightship.builds.workspace import Workspace

# `contexts` of bake, `additional_contexts` of compose, `--build-context`, inputs of actions
_MARK = rb"(?:contexts|build[-_]context)\b"
_FURTHEST = 800  # bytes from the word to the name, such as those of a long list


def may_declare(path: str) -> bool:
    """Whether a file of that name may name a build context: a bake file of any name, too."""
    return path.endswith(".hcl") or may_speak(path)


def declared_contexts(workspace: Workspace, names: Collection[str]) -> frozenset[str]:
    """Those of `names` that a file of the repository uses for an additional build context."""
    if not names:
        return frozenset()
    texts = [text for text in map(workspace.read, workspace.paths) if text is not None]
    speaking = [text for text in texts if re.search(_MARK, text)]
    declared: set[str] = set()
    for name in names:
        pattern = _declaration(name)
        if any(pattern.search(text) for text in speaking):
            declared.add(name)
    return frozenset(declared)


def _declaration(name: str) -> re.Pattern[bytes]:
    """`NAME=`, `NAME:` or `"NAME" =` at most so far after a word that begins such a list."""
    word = re.escape(name.encode("utf-8", "surrogateescape"))
    between = rb"[\s\S]{0,%d}?" % _FURTHEST
    return re.compile(_MARK + between + rb"(?<![\w.$-])" + word + rb"[\"']?\s*[=:]")
