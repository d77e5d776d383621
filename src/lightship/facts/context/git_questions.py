"""Whether a build asks git about its repository, and `.git` is sent for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import basename

from lightship.build import Build, Invocation
from lightship.context.files import Context
from lightship.context.wildcards import clean
from lightship.facts.copies.origins import origin_of
from lightship.facts.copies.sources import sources_of
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.start_scripts import start_scripts
from lightship.facts.values.directories import directory_of, in_directory
from lightship.regex import regex
from lightship.shell.commands import Command

# Subcommands of git that read the history
_ASKS_GIT = frozenset(
    "describe rev-parse log submodule status show rev-list lfs tag diff".split()
)
_VERSION_FROM_GIT = regex(
    r"(?:setuptools|flit)[_-]scm|hatch-vcs|versioneer|dynamic-versioning|versioningit|\bpbr\b"
    r"|vcs_?version|git-version|gitver|dunamai|setupmeta|source *= *[\"']scm[\"']"
)
# With one of them no tool asks git for the version
_VERSION_TOLD = (
    "SETUPTOOLS_SCM_PRETEND_VERSION",
    "PDM_BUILD_SCM_VERSION",
    "POETRY_DYNAMIC_VERSIONING_BYPASS",
    "UV_DYNAMIC_VERSIONING_BYPASS",
    "PBR_VERSION",
)
_REPORTERS = ("coveralls", "codecov")
_SYSTEM_MANAGERS = ("apk", "apt", "apt-get", "dnf", "yum")
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
PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_SCRIPTS = (".sh", ".bash", ".py")


def project_texts(context: Context) -> list[str]:
    """The files that say how the project is built."""
    texts = map(context.read, PROJECT_FILES)
    return [text for text in texts if text]


def reads_version(build: Build, texts: Iterable[str]) -> bool:
    """Whether a project with these files has git say its version while it is built.

    Not where the Dockerfile says the version, or the ignore file leaves `.git` out. A fallback
    does not count: with it the version would be another one, without a word.
    """
    context = build.context
    if context is None:
        return False
    if context.ignore.matches(".git"):
        return False

    own = build.dockerfile.text
    if any(name in own for name in _VERSION_TOLD):
        return False
    return any(map(_VERSION_FROM_GIT.search, texts))


def asks_git(build: Build) -> bool:
    """Whether a RUN or the program asks git for something.

    Itself, in a script or Makefile of the project, or to know its version. False without a context.
    """
    return build.once(_asks_git)


def _asks_git(build: Build) -> bool:
    context = build.context
    if context is None:
        return False
    for command in _git_commands(build):
        if not _ASKS_GIT.isdisjoint(command.values):
            return True

    installs_git = _installs_git(build)
    if installs_git and _reports_coverage(build):
        return True

    # setuptools-scm and its like ask for the version
    texts = project_texts(context)
    if any(map(_VERSION_FROM_GIT.search, texts)):
        return True

    # Somebody wants git in the image: in a large project, too, it may be the program
    sources = list(sources_of(build, (".py",), is_thorough=installs_git))
    # A look for a word costs little, and few sources have one of these
    opening = [text for text in sources if "Repo" in text or ".git" in text]
    if any(map(_OPENS_REPOSITORY.search, opening)):
        return True

    paths = dict.fromkeys(_run_files(build))
    scripts = [context.read(path) or "" for path in paths]
    if any(map(_SETS_UP_CLONE.search, scripts)):
        return True

    texts += sources
    texts += scripts
    texts += filter(None, start_scripts(build))
    naming_git = [text for text in texts if "git" in text]
    return any(map(_GIT_ASKED.search, naming_git))


def _git_commands(build: Build) -> Iterator[Command]:
    """The calls of git while the image is built, and those that it starts."""
    for call in build.commands("git"):
        yield call.command
    for command in start_commands(build):
        if command.name == "git":
            yield command


def _reports_coverage(build: Build) -> bool:
    """Whether coverage is sent to a service, which wants the commit and its branch from git."""
    if any(build.commands(*_REPORTERS)):
        return True
    started = start_commands(build)
    return any(command.name in _REPORTERS for command in started)


def _installs_git(build: Build) -> bool:
    for call in build.packages(*_SYSTEM_MANAGERS, action="install"):
        for package in call.does.packages:
            if package.name == "git":
                return True
    return False


def _run_files(build: Build) -> Iterator[str]:
    """The scripts and Makefiles of the context that a RUN starts or names.

    Makefiles may stand anywhere, since they are found by variables and call one another.
    """
    makes = False
    for call in build.commands():
        command = call.command
        makes = makes or command.name in ("make", "gmake")
        for value in command.values:
            if not value:
                continue
            if not value.endswith(_SCRIPTS):
                continue
            path = clean(f"/{value}")
            yield path.removeprefix("/")
            yield from _in_workdir(build, call, value)

    context = build.context
    if makes and context is not None:
        paths = filter(_is_makefile, context.paths)
        makefiles = sorted(paths)
        yield from makefiles[:_MOST_MAKEFILES]


def _in_workdir(build: Build, call: Invocation, path: str) -> Iterator[str]:
    """The file of the context at a path seen from where a command runs."""
    directory = directory_of(build, call)
    place = in_directory(directory, path)
    if not place:
        return
    origin = origin_of(build, call.instruction, place)
    if origin:
        yield origin


def _is_makefile(path: str) -> bool:
    name = basename(path)
    return name in _MAKEFILES or name.endswith(".mk")


def reads_history(build: Build, context: Context) -> bool:
    """Whether the build asks git for the project's version, and `.git` is sent for it.

    A tracked file that the ignore file leaves out then counts as deleted: git describe says that
    the tree is dirty, and setuptools-scm answers with another version.
    """
    return _sends_git(context) and asks_git(build)


def _sends_git(context: Context) -> bool:
    for file in context.sent:
        top, _slash, _rest = file.path.partition("/")
        if top == ".git":
            return True
    return False
