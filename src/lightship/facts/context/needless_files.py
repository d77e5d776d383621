"""The files that are sent and that no image needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from posixpath import basename, dirname

from lightship.build import Build, Invocation
from lightship.context.files import Context, copied
from lightship.context.needless import (
    BUILD,
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
from lightship.facts.context.needed_directories import is_needed
from lightship.facts.copies.deliveries import deliveries
from lightship.facts.copies.origins import origin_of
from lightship.facts.copies.sources import (
    imports,
    names_directory,
    names_place,
    sources_of,
)
from lightship.facts.installs.dependencies import NODE as NODE_TOOLS
from lightship.facts.installs.dependencies import PYTHON as PYTHON_TOOLS
from lightship.facts.start.start_scripts import start_scripts
from lightship.facts.values.directories import directory_of, in_directory
from lightship.regex import regex

# Subcommands of git that read the history
_ASKS_GIT = frozenset(
    "describe rev-parse log submodule status show rev-list lfs tag diff".split()
)
_VERSION_FROM_GIT = regex(
    r"(?:setuptools|flit)[_-]scm|hatch-vcs|versioneer|dynamic-versioning|versioningit|\bpbr\b"
    r"|vcs_?version|git-version|gitver|dunamai|setupmeta|source *= *\"scm\""
)
_GIT_ASKED = regex(rf"\bgit\b[^\w\n]+(?:-C +\S+ +)?(?:{'|'.join(sorted(_ASKS_GIT))})\b")
# GitPython and its like, on the repository that the program itself is in
_OPENS_REPOSITORY = regex(
    r"\bRepo(?:sitory)?\((?:[\"']\.[\"'])?\)|\bRepo\([^()\n]*(?:__file__|search_parent_directories)"
    r"|\bRepo(?:sitory)?\([\"']\.?[\"']|[\"'/]\.git(?:/|[\"'] *[,/] *[\"'])(?:HEAD|refs)\b"
)
# What a script sets up in the clone itself: it fails where there is none
_SETS_UP_CLONE = regex(
    r"\bgit config (?!--(?:global|system|file)|-f\b)|(?<![\w./-])\.git/(?:hooks|config)\b"
)
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_MOST_MAKEFILES = 50
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_SCRIPTS = (".sh", ".bash", ".py")
_MOST_DOCKERFILES = 20
_DOCKERFILE = regex(r"(?i)^(?:docker|container)file|\.(?:docker|container)file$")
_MADE_IN_IMAGE = frozenset((*CACHES.patterns, *PYTHON.patterns, *NODE.patterns))
_SAYS_NOTHING = ("FROM", "LABEL", "MAINTAINER")
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
_PACKAGES = ("__init__.py", "__init__.pyi")
_CACHE = "__pycache__"


_Files = dict[str, NeedlessFile]  # by path


def needless(build: Build, context: Context) -> Mapping[str, NeedlessFile]:
    """Each path that is sent and that no Dockerfile of the context seems to need."""
    texts = tuple(_texts(build, context))
    groups = [group for group in GROUPS if not _is_used(build, context, group, texts)]
    files = _needless(context, groups)

    patterns = {hit.pattern for hit in files.values()}
    kept = {pattern for pattern in patterns if _is_named(pattern, texts)}
    hits = {hit.pattern: hit for hit in files.values()}
    for pattern, hit in hits.items():
        if is_needed(build, context, hit) or (
            hit.group is BUILD and _is_opened(build, pattern)
        ):
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
        if file.name == _CACHE and context.ignore.matches(f"{path}/a.pyc"):
            continue  # `**/*.pyc` keeps out all that is in it
        if hit.group is PYTHON and _is_package(context, path, hit.name):
            continue
        # Compiled code without its source may be all that there is of the program
        if hit.pattern != COMPILED or _has_source(context, path):
            files[path] = hit
    if PYTHON in groups:
        files |= _environments(context)
    return files


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
        if file.name == "pyvenv.cfg":
            directory = dirname(file.path)
            roots.add(directory)
    roots.discard("")

    files: _Files = {}
    for root in sorted(roots):
        hit = NeedlessFile(PYTHON, root, root)
        for file in copied(context, [root]):
            files[file.path] = hit
    return files


def _texts(build: Build, context: Context) -> Iterator[str]:
    """What may speak of files: the instructions of this Dockerfile, and other Dockerfiles."""
    dockerfile = build.dockerfile
    for instruction in dockerfile.instructions:
        if instruction.keyword not in _SAYS_NOTHING:
            yield instruction.span.of(dockerfile.text)

    paths = sorted(filter(_is_dockerfile, context.paths))
    for path in paths[:_MOST_DOCKERFILES]:
        if path == build.path:
            continue
        if not path.endswith(IGNORE):
            yield context.read(path) or ""


def _is_dockerfile(path: str) -> bool:
    return _DOCKERFILE.search(basename(path)) is not None


def _is_used(
    build: Build,
    context: Context,
    group: NeedlessGroup,
    texts: Sequence[str],
) -> bool:
    """Whether the build seems to need the files of a group."""
    if group is VERSIONS:
        return _asks_git(build, context)
    if group is PYTHON:
        return not _installs_with(build, PYTHON_TOOLS)
    if group is NODE:
        return not _installs_with(build, NODE_TOOLS)
    if group.used_by is None:
        return False

    for name in group.patterns:
        if context.exists(name) and _is_read(build, name):
            return True
    if any(map(group.used_by.search, texts)):
        return True
    if group.title != "documentation":
        return False
    return any("docs/" in text for text in _project_texts(context))


def _installs_with(build: Build, tools: Iterable[str]) -> bool:
    """Whether a RUN installs with one of these package managers."""
    calls = build.packages(*tools)
    return any(call.does.installs for call in calls)


def _project_texts(context: Context) -> list[str]:
    """The files that say how the project is built."""
    texts = map(context.read, _PROJECT_FILES)
    return [text for text in texts if text]


def _is_read(build: Build, name: str) -> bool:
    """Whether the program reads a directory of the context.

    By its name, or by its place in the image.
    """
    if names_directory(build, name) or imports(build, name):
        return True

    roots: set[str] = set()
    for _copying, delivery in deliveries(build):
        if delivery is not None and delivery.takes_all:
            roots.add(delivery.root)
    # Below `/` any name may be one of the image's own
    roots.discard("/")

    for root in sorted(roots):
        place = f"{root}/{name}"
        if names_place(build, place):
            return True
    return False


def _asks_git(build: Build, context: Context) -> bool:
    """Whether a RUN or the program asks git for something.

    Itself, in a script or Makefile of the project, or to know its version.
    """
    for call in build.commands("git"):
        words = call.command.values
        if not _ASKS_GIT.isdisjoint(words):
            return True

    texts = _project_texts(context)
    if any(map(_VERSION_FROM_GIT.search, texts)):
        return True

    sources = list(sources_of(build, (".py",)))
    if any(map(_OPENS_REPOSITORY.search, sources)):
        return True
    texts += sources
    paths = dict.fromkeys(_run_files(build))
    scripts = [context.read(path) or "" for path in paths]
    if any(map(_SETS_UP_CLONE.search, scripts)):
        return True
    texts += scripts
    texts += filter(None, start_scripts(build))
    naming_git = [text for text in texts if "git" in text]
    return any(map(_GIT_ASKED.search, naming_git))


def _run_files(build: Build) -> Iterator[str]:
    """The scripts and Makefiles of the context that a RUN starts or names.

    Makefiles may stand anywhere, since they are found by variables and call one another.
    """
    makes = False
    for call in build.commands():
        command = call.command
        makes = makes or command.name in ("make", "gmake")
        for value in command.values:
            if value and value.endswith(_SCRIPTS):
                path = clean(f"/{value}")
                yield path.removeprefix("/")
                yield from _in_workdir(build, call, value)
    if makes and build.context is not None:
        found = sorted(filter(_is_makefile, build.context.paths))
        yield from found[:_MOST_MAKEFILES]


def _in_workdir(build: Build, call: Invocation, path: str) -> Iterator[str]:
    """The file of the context at a path seen from where a command runs."""
    place = in_directory(directory_of(build, call), path)
    origin = origin_of(build, call.instruction, place) if place else ""
    if origin:
        yield origin


def _is_makefile(path: str) -> bool:
    name = basename(path)
    return name in _MAKEFILES or name.endswith(".mk")


def _is_named(pattern: str, texts: Iterable[str]) -> bool:
    """Whether a path of that name stands in a Dockerfile.

    Those of caches and environments do not count: they are made in the image.
    """
    if pattern in _MADE_IN_IMAGE:
        return False
    path = pattern.removeprefix("**/")
    name, star, _rest = path.partition("*")
    end = "" if star else r"(?![\w.-])"
    word = regex(rf"(?<![\w.-]){re.escape(name)}{end}")

    # A look that costs little comes first
    naming = [text for text in texts if name in text]
    return any(map(word.search, naming))


def _is_opened(build: Build, pattern: str) -> bool:
    """Whether the program has a string that begins with the name of such a file."""
    name = re.escape(pattern.removeprefix("**/").partition("*")[0])
    word = regex(rf"[\"'](?:[\w./-]*/)?{name}")
    return any(map(word.search, sources_of(build, (".py",))))


def reads_history(build: Build, context: Context) -> bool:
    """Whether the build asks git for the project's version, and `.git` is sent for it.

    A tracked file that the ignore file leaves out then counts as deleted: git describe says that
    the tree is dirty, and setuptools-scm answers with another version.
    """
    if not _sends_git(context):
        return False
    return build.once(_reads_history)


def _reads_history(build: Build) -> bool:
    context = build.context
    return context is not None and _asks_git(build, context)


def _sends_git(context: Context) -> bool:
    for file in context.sent:
        top, _slash, _rest = file.path.partition("/")
        if top == ".git":
            return True
    return False


def is_untracked(line: str) -> bool:
    """Whether a line leaves out only what nobody commits."""
    return line in _MADE_IN_IMAGE


def usual_lines(build: Build, context: Context) -> tuple[str, ...]:
    """What a new ignore file has from the start, but for what the build seems to need."""
    texts = tuple(_texts(build, context))
    start = [".git", *_usual_of_languages(build, context, texts), *_OF_ANY]
    if reads_history(build, context):
        lines = filter(is_untracked, start)
        return tuple(lines)

    wanted = [line for line in start if not _is_named(line, texts)]
    if _is_opened(build, _DOCKERFILES):
        wanted = [line for line in wanted if line != _DOCKERFILES]
    if ".git" in wanted and _is_used(build, context, VERSIONS, texts):
        wanted.remove(".git")
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
    if has_node and not _is_used(build, context, NODE, texts):
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
    if image in names or _installs_with(build, tools):
        return True
    return any(is_its(file.name) for file in context.files)


def _is_node_file(name: str) -> bool:
    return name == _NODE_FILE


def _is_python_file(name: str) -> bool:
    if name.endswith(".py") or name in _PYTHON_FILES:
        return True
    return name.startswith("requirements") and name.endswith(".txt")
