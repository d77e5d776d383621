"""What a repository tells people and machines to run in a container of its image.

`docker compose run app pytest` in a Makefile, a page of the manual, a script or a CI job.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from posixpath import basename

from lightship.build import Build
from lightship.regex import regex

_IN_CONTAINER = r"docker[ -](?:compose )?(?:[^\n]* )?(?:run|exec) [^\n]*"
_TASK_FILES = frozenset({"justfile", "Justfile", ".justfile", "Makefile", "makefile"})
_CI_FILES = frozenset({".gitlab-ci.yml", ".travis.yml", "azure-pipelines.yml"})
_WORKFLOWS = (".github/workflows/", ".circleci/")
_YAML = (".yml", ".yaml")
_MOST_FILES = 100  # that are read
_MOST_NAMES = 50


def telling_texts(build: Build) -> Iterator[str]:
    """The texts of the build context that may say what is run in the image."""
    context = build.context
    if context is None:
        return
    telling = (file for file in context.files if _may_tell(file.path))
    for file in islice(telling, _MOST_FILES):
        yield context.read(file.path) or ""


def is_told_to_run(build: Build, programs: Collection[str]) -> bool:
    """Whether one of these programs is to be run by `docker run` or `exec`, or those of compose."""
    names = "|".join(sorted(programs)[:_MOST_NAMES])
    if not names:
        return False
    pattern = regex(rf"{_IN_CONTAINER}(?<![\w.-])(?:{names})(?![\w.-])")
    return any(pattern.search(text) for text in telling_texts(build))


def _may_tell(path: str) -> bool:
    name = basename(path)
    if name in _TASK_FILES or name in _CI_FILES or name.endswith((".just", ".mk")):
        return True
    if name.endswith((".md", ".rst", ".sh")):
        return path.count("/") <= 2
    if not name.endswith(_YAML):
        return False
    return "compose" in name or path.startswith(_WORKFLOWS)
