"""Files that a rebuild is not for: what no program reads at run time, by name."""

from __future__ import annotations

from functools import lru_cache

from lightship.context.files import File
from lightship.context.needless import GROUPS, Finder
from lightship.regex import regex

_FINDER = Finder(GROUPS)
_PAPERS = regex(
    r"(?:readme|license|licence|changelog|changes|contributing|authors|code_of_conduct|security"
    r"|codeowners|notice)(?:\.(?:md|rst|txt))?|[^/]*\.md|\.git(?:ignore|attributes|modules)"
    r"|\.editorconfig|tox\.ini|noxfile\.py|conftest\.py"
)


@lru_cache(maxsize=4096)
def is_for_development(path: str) -> bool:
    """Whether a file is for those who work on the project: papers, tests, settings of tools,
    the build itself.
    """
    name = path.rpartition("/")[2].lower()
    return _PAPERS.fullmatch(name) is not None or _FINDER.find(File(path)) is not None
