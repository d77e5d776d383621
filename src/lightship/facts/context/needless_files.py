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

_ASKS_GIT = frozenset(
    (
        "describe",
        "rev-parse",
        "log",
        "submodule",
        "status",
        "show",
        "rev-list",
        "lfs",
        "tag",
        "diff",
    )
)
_VERSION_FROM_GIT = regex(
    r"(?:setuptools|flit)[_-]scm|hatch-vcs|versioneer|dynamic-versioning|versioningit|\bpbr\b|vcs_?version"
    r"|git-version|gitver|dunamai|source *= *\"scm\""
)
_GIT_ASKED = regex(rf"\bgit\b[^\w\n]+(?:-C +\S+ +)?(?:{'|'.join(sorted(_ASKS_GIT))})\b")
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_MOST_DOCKERFILES = 20
# What an ignore file has from the start: it is there as soon as somebody works with the project
_START = (".git", "**/.venv", "**/__pycache__", "**/*.py[co]", "Dockerfile*", IGNORE)


def needless(build: Build, context: Context) -> Mapping[str, NeedlessFile]:
    """Each path that is sent and that neither this Dockerfile nor another one of the context seems to need."""
    texts = tuple(_texts(build, context))
    finder = Finder(
        group for group in GROUPS if not _is_used(build, context, group, texts)
    )
    found = {
        file.path: hit
        for file in context.sent
        if (hit := finder.find(file)) is not None
    }
    found = {
        path: hit
        for path, hit in found.items()
        if hit.pattern != COMPILED or _has_source(context, path)
    }
    if PYTHON in finder.groups:
        found |= _environments(context)
    named = {
        pattern
        for pattern in {hit.pattern for hit in found.values()}
        if _is_named(pattern, texts)
    }
    return {path: hit for path, hit in found.items() if hit.pattern not in named}


def _has_source(context: Context, path: str) -> bool:
    """Whether the module of a `.pyc` is there too; else that is all there is of it."""
    directory, slash, name = path.rpartition("/")
    return context.exists(f"{directory}{slash}{name.partition('.')[0]}.py")


def _environments(context: Context) -> Mapping[str, NeedlessFile]:
    """The files of virtual environments, whatever their directories are called: `pyvenv.cfg` shows one."""
    roots = {
        file.path.rpartition("/")[0]
        for file in context.sent
        if file.name == "pyvenv.cfg"
    } - {""}
    return {
        file.path: NeedlessFile(PYTHON, root, root)
        for root in sorted(roots)
        for file in copied(context, [root])
    }


def _texts(build: Build, context: Context) -> Iterator[str]:
    """What may speak of files: the instructions of this Dockerfile, other Dockerfiles, and the project's own files."""
    for instruction in build.dockerfile.instructions:
        if instruction.keyword not in ("FROM", "LABEL", "MAINTAINER"):
            yield instruction.span.of(build.dockerfile.text)
    others = [
        path
        for path in sorted(context.paths)
        if path.rpartition("/")[2].startswith("Dockerfile")
    ]
    for path in others[:_MOST_DOCKERFILES]:
        if path != build.path and not path.endswith(IGNORE):
            yield context.read(path) or ""


def _is_used(
    build: Build, context: Context, group: NeedlessGroup, texts: Sequence[str]
) -> bool:
    """Whether the build seems to need the files of a group."""
    if group is VERSIONS:
        return _asks_git(build, context)
    if group in (PYTHON, NODE):
        tools = PYTHON_TOOLS if group is PYTHON else NODE_TOOLS
        return not any(found.does.installs for found in build.packages(*tools))
    if group.used_by is None:
        return False
    if any(context.exists(name) and _is_read(build, name) for name in group.patterns):
        return True
    read = (
        [context.read(name) or "" for name in _PROJECT_FILES]
        if group.title == "documentation"
        else []
    )
    return any(group.used_by.search(text) for text in texts) or any(
        "docs/" in text for text in read
    )


def _is_read(build: Build, name: str) -> bool:
    """Whether the program reads a directory of the context: by its name, or by its place in the image."""
    roots = {
        each.root
        for _, each in deliveries(build)
        if each is not None and each.takes_all
    } - {"/"}
    return names_directory(build, name) or any(
        names_place(build, f"{root}/{name}") for root in sorted(roots)
    )


def _asks_git(build: Build, context: Context) -> bool:
    """Whether a RUN asks git for something: itself, in a script or Makefile of the project, or to know its version."""
    if any(set(found.command.values) & _ASKS_GIT for found in build.commands("git")):
        return True
    project = [context.read(name) or "" for name in _PROJECT_FILES]
    if any(_VERSION_FROM_GIT.search(text) for text in project):
        return True
    run = [context.read(path) or "" for path in dict.fromkeys(_run_files(build))]
    return any(_GIT_ASKED.search(text) for text in (*project, *run))


def _run_files(build: Build) -> Iterator[str]:
    """The scripts and Makefiles of the build context that a RUN names or reads, as far as the paths are alike."""
    for found in build.commands():
        if found.command.name == "make":
            yield from _MAKEFILES
        for value in found.command.values:
            if value and value.endswith((".sh", ".bash", ".py")):
                yield clean(f"/{value}")[1:]


def _is_named(pattern: str, texts: Iterable[str]) -> bool:
    """Whether a path of that name stands in a Dockerfile; those of caches and environments are made in the image."""
    if pattern in CACHES.patterns + PYTHON.patterns + NODE.patterns:
        return False
    name, glob, _ = pattern.removeprefix("**/").partition("*")
    word = re.compile(
        rf"(?<![\w.-]){re.escape(name)}" + ("" if glob else r"(?![\w.-])")
    )
    return any(name in text and word.search(text) for text in texts)


def usual_lines(build: Build, context: Context) -> tuple[str, ...]:
    """What a new ignore file has from the start, but for what the build seems to need."""
    texts = tuple(_texts(build, context))
    wants_versions = _is_used(build, context, VERSIONS, texts)
    return tuple(
        line
        for line in _START
        if not (_is_named(line, texts) or (wants_versions and line == ".git"))
    )
