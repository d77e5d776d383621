"""The files that are sent and that no image needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lightship.build import Build
from lightship.context.files import Context, copied
from lightship.context.needless import (
    CACHES,
    COMPILED,
    GROUPS,
    NODE,
    PYTHON,
    VERSIONS,
    Finder,
    NeedlessFile,
    NeedlessGroup,
)
from lightship.context.wildcards import clean
from lightship.facts.context.ignore_edits import IGNORE
from lightship.facts.copies.deliveries import deliveries
from lightship.facts.copies.sources import names_directory, names_place
from lightship.facts.installs.dependencies import NODE as NODE_TOOLS
from lightship.facts.installs.dependencies import PYTHON as PYTHON_TOOLS
from lightship.regex import regex

# Subcommands of git that read the history
_ASKS_GIT = frozenset(
    "describe rev-parse log submodule status show rev-list lfs tag diff".split()
)
_VERSION_FROM_GIT = regex(
    r"(?:setuptools|flit)[_-]scm|hatch-vcs|versioneer|dynamic-versioning|versioningit|\bpbr\b"
    r"|vcs_?version|git-version|gitver|dunamai|source *= *\"scm\""
)
_GIT_ASKED = regex(rf"\bgit\b[^\w\n]+(?:-C +\S+ +)?(?:{'|'.join(sorted(_ASKS_GIT))})\b")
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_MOST_DOCKERFILES = 20
_MADE_IN_IMAGE = frozenset((*CACHES.patterns, *PYTHON.patterns, *NODE.patterns))
_SAYS_NOTHING = ("FROM", "LABEL", "MAINTAINER")
# What an ignore file has from the start: it is there as soon as somebody works with the project
_START = (".git", "**/.venv", "**/__pycache__", "**/*.py[co]", "Dockerfile*", IGNORE)


def needless(build: Build, context: Context) -> Mapping[str, NeedlessFile]:
    """Each path that is sent and that no Dockerfile of the context seems to need."""
    texts = tuple(_texts(build, context))
    groups = [group for group in GROUPS if not _is_used(build, context, group, texts)]
    finder = Finder(groups)
    files: dict[str, NeedlessFile] = {}
    for file in context.sent:
        hit = finder.find(file)
        if hit is None:
            continue
        if hit.pattern != COMPILED or _has_source(context, file.path):
            files[file.path] = hit
    if PYTHON in groups:
        files |= _environments(context)

    patterns = {hit.pattern for hit in files.values()}
    for pattern in patterns:
        if _is_named(pattern, texts):
            files = _without(files, pattern)
    return files


def _without(files: dict[str, NeedlessFile], pattern: str) -> dict[str, NeedlessFile]:
    """The files but for those of one pattern."""
    return {path: hit for path, hit in files.items() if hit.pattern != pattern}


def _has_source(context: Context, path: str) -> bool:
    """Whether the module of a `.pyc` is there too; else that is all there is of it."""
    directory, slash, name = path.rpartition("/")
    stem, _, _ = name.partition(".")
    return context.exists(f"{directory}{slash}{stem}.py")


def _environments(context: Context) -> dict[str, NeedlessFile]:
    """The files of virtual environments, whatever their directories are called."""
    roots: set[str] = set()
    for file in context.sent:
        if file.name == "pyvenv.cfg":
            directory, _, _ = file.path.rpartition("/")
            roots.add(directory)
    roots.discard("")

    files: dict[str, NeedlessFile] = {}
    for root in sorted(roots):
        for file in copied(context, [root]):
            files[file.path] = NeedlessFile(PYTHON, root, root)
    return files


def _texts(build: Build, context: Context) -> Iterator[str]:
    """What may speak of files: the instructions of this Dockerfile, and other Dockerfiles."""
    for instruction in build.dockerfile.instructions:
        if instruction.keyword not in _SAYS_NOTHING:
            yield instruction.span.of(build.dockerfile.text)

    dockerfiles = [path for path in sorted(context.paths) if _is_dockerfile(path)]
    for path in dockerfiles[:_MOST_DOCKERFILES]:
        if path != build.path and not path.endswith(IGNORE):
            yield context.read(path) or ""


def _is_dockerfile(path: str) -> bool:
    _, _, name = path.rpartition("/")
    return name.startswith("Dockerfile")


def _is_used(
    build: Build, context: Context, group: NeedlessGroup, texts: Sequence[str]
) -> bool:
    """Whether the build seems to need the files of a group."""
    if group is VERSIONS:
        return _asks_git(build, context)
    if group in (PYTHON, NODE):
        tools = PYTHON_TOOLS if group is PYTHON else NODE_TOOLS
        return not any(call.does.installs for call in build.packages(*tools))
    if group.used_by is None:
        return False

    for name in group.patterns:
        if context.exists(name) and _is_read(build, name):
            return True
    if any(group.used_by.search(text) for text in texts):
        return True
    if group.title != "documentation":
        return False
    return any("docs/" in text for text in _project_texts(context))


def _project_texts(context: Context) -> list[str]:
    """The files that say how the project is built."""
    return [context.read(name) or "" for name in _PROJECT_FILES]


def _is_read(build: Build, name: str) -> bool:
    """Whether the program reads a directory of the context.

    By its name, or by its place in the image.
    """
    if names_directory(build, name):
        return True
    roots: set[str] = set()
    for _, delivery in deliveries(build):
        if delivery is not None and delivery.takes_all:
            roots.add(delivery.root)
    roots.discard("/")
    return any(names_place(build, f"{root}/{name}") for root in sorted(roots))


def _asks_git(build: Build, context: Context) -> bool:
    """Whether a RUN asks git for something.

    Itself, in a script or Makefile of the project, or to know its version.
    """
    for call in build.commands("git"):
        if not _ASKS_GIT.isdisjoint(call.command.values):
            return True

    project = [text for text in _project_texts(context) if text]
    if any(map(_VERSION_FROM_GIT.search, project)):
        return True
    paths = dict.fromkeys(_run_files(build))
    run = [context.read(path) or "" for path in paths]
    naming_git = [text for text in (*project, *run) if "git" in text]
    return any(map(_GIT_ASKED.search, naming_git))


def _run_files(build: Build) -> Iterator[str]:
    """The scripts and Makefiles of the context that a RUN names, as far as the paths are alike."""
    for call in build.commands():
        if call.command.name == "make":
            yield from _MAKEFILES
        for value in call.command.values:
            if value and value.endswith((".sh", ".bash", ".py")):
                yield clean(f"/{value}").removeprefix("/")


def _is_named(pattern: str, texts: Iterable[str]) -> bool:
    """Whether a path of that name stands in a Dockerfile.

    Those of caches and environments do not count: they are made in the image.
    """
    if pattern in _MADE_IN_IMAGE:
        return False
    name, is_glob, _ = pattern.removeprefix("**/").partition("*")
    end = "" if is_glob else r"(?![\w.-])"
    word = regex(rf"(?<![\w.-]){re.escape(name)}{end}")
    return any(name in text and word.search(text) for text in texts)


def usual_lines(build: Build, context: Context) -> tuple[str, ...]:
    """What a new ignore file has from the start, but for what the build seems to need."""
    texts = tuple(_texts(build, context))
    lines = [line for line in _START if not _is_named(line, texts)]
    if _is_used(build, context, VERSIONS, texts) and ".git" in lines:
        lines.remove(".git")
    return tuple(lines)
