"""The files that are sent and that no image needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from posixpath import dirname

from lightship.build import Build
from lightship.context.files import Context, File, FileKind
from lightship.context.needless import (
    BUILD,
    COMPILED,
    ENVIRONMENT,
    ENVIRONMENTS,
    GROUPS,
    PYTHON,
    Finder,
    NeedlessFile,
    NeedlessGroup,
)
from lightship.context.taken_by_copy import copied
from lightship.facts.context.committed_environments import committed_environments
from lightship.facts.context.needed_directories import is_needed
from lightship.facts.context.used_groups import (
    is_named,
    is_opened,
    is_used,
    texts_of_build,
)

_PACKAGES = ("__init__.py", "__init__.pyi")
_CACHE = "__pycache__"
_ANYTHING = "anything"  # a name that no pattern is written for
_Files = dict[str, NeedlessFile]  # by path


def needless(build: Build, context: Context) -> Mapping[str, NeedlessFile]:
    """Each path that is sent and that no Dockerfile of the context seems to need."""
    texts = tuple(texts_of_build(build, context))
    groups = [group for group in GROUPS if not is_used(build, context, group, texts)]
    files = _needless(context, groups)

    # One hit of each pattern: the question is the same for all files of a pattern
    hits = {hit.pattern: hit for hit in files.values()}
    kept: set[str] = set()
    if any(hit.group in ENVIRONMENTS for hit in hits.values()):
        kept |= committed_environments(context)
    for pattern, hit in hits.items():
        is_read = hit.group is BUILD and is_opened(build, pattern)
        if is_read or is_named(pattern, texts) or is_needed(build, context, hit):
            kept.add(pattern)
    if not kept:
        return files
    return {path: hit for path, hit in files.items() if hit.pattern not in kept}


def _needless(context: Context, groups: Sequence[NeedlessGroup]) -> _Files:
    """Each path that is sent and belongs to one of `groups`."""
    finder = Finder(groups)
    files: _Files = {}
    for file in context.sent:
        hit = finder.find(file)
        if hit is None:
            continue

        path = file.path
        if _is_emptied(context, file):
            continue
        if hit.group is PYTHON and _is_package(context, path, hit.name):
            continue

        # Compiled code without its source may be all that there is of the program
        if hit.pattern != COMPILED or _has_source(context, path):
            files[path] = hit

    if PYTHON in groups:
        files |= _environments(context)
    return files


def _is_emptied(context: Context, file: File) -> bool:
    """Whether only an empty directory is sent: `**/*.pyc` and `.git/*` keep out what is in it."""
    if file.name == _CACHE:
        return context.ignore.matches(f"{file.path}/a.pyc")
    is_listed = file.kind is FileKind.FILE or file.kind is FileKind.SYMLINK
    return not is_listed and context.ignore.matches(f"{file.path}/{_ANYTHING}")


def _is_package(context: Context, path: str, name: str) -> bool:
    """Whether a directory named like an environment is a package: typeshed has `stdlib/venv`."""
    above, _, _ = f"/{path}".partition(f"/{name}/")
    directory = f"{above}/{name}".lstrip("/")
    return any(context.exists(f"{directory}/{module}") for module in _PACKAGES)


def _has_source(context: Context, path: str) -> bool:
    """Whether the module of a `.pyc` is there too; else that is all there is of it."""
    directory, slash, name = path.rpartition("/")
    stem, _, _ = name.partition(".")
    source = f"{directory}{slash}{stem}.py"
    return context.exists(source)


def _environments(context: Context) -> _Files:
    """The files of virtual environments, whatever their directories are called."""
    roots: set[str] = set()
    for file in context.sent:
        if file.name == ENVIRONMENT:
            directory = dirname(file.path)
            roots.add(directory)
    roots.discard("")

    files: _Files = {}
    for root in sorted(roots):
        hit = NeedlessFile(PYTHON, root, root)
        for file in copied(context, [root]):
            files[file.path] = hit
    return files
