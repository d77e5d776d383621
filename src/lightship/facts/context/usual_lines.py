"""The lines that a new ignore file has from the start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from posixpath import basename

from lightship.build import Build
from lightship.context.files import Context
from lightship.context.needless import NODE, VERSIONS
from lightship.facts.context.committed_environments import committed_environments
from lightship.facts.context.git_questions import reads_history
from lightship.facts.context.ignore_edits import IGNORE
from lightship.facts.context.used_groups import (
    MADE_IN_IMAGE,
    installs_with,
    is_named,
    is_opened,
    is_used,
    texts_of_build,
)
from lightship.facts.installs.dependencies import NODE as NODE_TOOLS
from lightship.facts.installs.dependencies import PYTHON as PYTHON_TOOLS

# What an ignore file has from the start: it is there as soon as somebody works with the project,
# though not in a clean clone
_OF_PYTHON = ("**/.venv", "**/__pycache__", "**/*.py[co]")
_OF_NODE = NODE.patterns
_DOCKERFILES = "Dockerfile*"
_OF_ANY = (_DOCKERFILES, IGNORE)
_PYTHON_FILES = (
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "Pipfile",
    "environment.yml",
)
_NODE_FILE = "package.json"


def is_untracked(line: str) -> bool:
    """Whether a line leaves out only what nobody commits."""
    return line in MADE_IN_IMAGE


def usual_lines(build: Build, context: Context) -> tuple[str, ...]:
    """What a new ignore file has from the start, but for what the build seems to need."""
    texts = tuple(texts_of_build(build, context))
    start = [".git", *_usual_of_languages(build, context, texts), *_OF_ANY]
    if reads_history(build, context):
        lines = filter(is_untracked, start)
        return tuple(lines)

    unwanted = set(committed_environments(context))
    if is_opened(build, _DOCKERFILES):
        unwanted.add(_DOCKERFILES)
    if is_used(build, context, VERSIONS, texts):
        unwanted.add(".git")

    wanted = []
    for line in start:
        if line in unwanted:
            continue
        if not is_named(line, texts):
            wanted.append(line)
    return tuple(wanted)


def _usual_of_languages(
    build: Build,
    context: Context,
    texts: Sequence[str],
) -> Iterator[str]:
    """What the tools of the project's languages write; of Python's where none is known."""
    has_node = _is_project(build, context, "node", NODE_TOOLS, _is_node_file)
    is_python = _is_project(build, context, "python", PYTHON_TOOLS, _is_python_file)
    if is_python or not has_node:
        yield from _OF_PYTHON
    if has_node and not is_used(build, context, NODE, texts):
        yield from _OF_NODE


def _is_project(
    build: Build,
    context: Context,
    image: str,
    tools: Iterable[str],
    is_its: Callable[[str], bool],
) -> bool:
    """Whether a language is used: by its image, its package managers or its files."""
    names = [basename(used.image.path) for used in build.images]
    if image in names:
        return True
    if installs_with(build, tools):
        return True
    return any(is_its(file.name) for file in context.files)


def _is_node_file(name: str) -> bool:
    return name == _NODE_FILE


def _is_python_file(name: str) -> bool:
    if name.endswith(".py"):
        return True
    if name in _PYTHON_FILES:
        return True
    if not name.endswith(".txt"):
        return False
    return name.startswith("requirements")
