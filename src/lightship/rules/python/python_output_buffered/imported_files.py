"""The files of the build context that a start runs, by the imports in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from posixpath import dirname

from lightship.build import Build
from lightship.context.files import Context
from lightship.context.taken_by_copy import copied
from lightship.facts.start.launch import Launch
from lightship.regex import regex
from lightship.rules.python.python_output_buffered.import_roots import (
    is_importable,
    is_written_by_run,
)
from lightship.rules.python.python_output_buffered.python_run import RunFiles

_MOST_FILES = 300
_IMPORT = regex(
    r"^[ \t]*(?:from[ \t]+(?P<package>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|.*)"
    r"|import[ \t]+(?P<modules>.*))",
    re.MULTILINE,
)
_NAME = regex(r"[\w.]+")
# Files that a server does not run
_ASIDE = frozenset(
    """test tests doc docs script scripts example examples tool tools migrations benchmark
    benchmarks setup.py conftest.py manage.py""".split()
)


def files_of_start(build: Build, launch: Launch, main: str) -> RunFiles:
    """The files of the build context that are run, as far as imports tell."""
    context = build.context
    assert context is not None, "the caller has looked"
    paths = _python_files(build, context)
    first: list[str] = []
    called: list[str] = []
    if main:
        first.append(main)
    else:
        for text in launch.texts:
            module, _, name = text.partition(":")
            first += _started(build, launch, paths, module)
            called.append(name.removesuffix("()"))
        if launch.is_module:
            mains = _started(build, launch, paths, launch.texts[0])
            main = _preferred(mains)
    if len(paths) > _MOST_FILES:
        return RunFiles(first, first, main, called, first)
    run, is_django = _imported(context, paths, first)
    return RunFiles(run, first, main, called, paths, is_django)


def files_of_module(files: RunFiles, path: str, module: str) -> list[str]:
    """Those of the program's files that are a module, as the file at `path` imports it."""
    roots = {dirname(start) for start in files.starts}
    return list(_imported_by(files.copied, path, module, roots))


def _preferred(mains: Sequence[str]) -> str:
    """The file that `python -m` runs: of a package its `__main__.py`."""
    own = [path for path in mains if path.endswith("/__main__.py")]
    return next(iter([*own, *mains]), "")


def _started(
    build: Build, launch: Launch, paths: Sequence[str], module: str
) -> list[str]:
    """The files with which a module starts, where it is named on a command line."""
    if not module:
        return []
    named = _named(paths, module) + _named(paths, f"{module}.__main__")
    if not named or is_written_by_run(build, module):
        return []
    return [path for path in named if is_importable(build, launch, path, module)]


def _python_files(build: Build, context: Context) -> list[str]:
    """The files of Python that are copied, but for those that a server does not run."""
    sources: set[str] = set()
    for copying in build.copyings():
        sources |= {source.value or "" for source in copying.local}
    paths = [file.path for file in copied(context, sorted(sources))]
    return [path for path in paths if path.endswith(".py") and not _is_aside(path)]


def _is_aside(path: str) -> bool:
    """Whether a file is for tests, documentation or people, by a name in its path."""
    if "/management/commands/" in f"/{path}":
        return True
    for name in path.split("/"):
        if name in _ASIDE or name.startswith(("test_", "playground")):
            return True
        if name.endswith("_test.py"):
            return True
    return False


def _imported(
    context: Context, paths: Sequence[str], first: Sequence[str]
) -> tuple[list[str], bool]:
    """The files that a program runs, by the imports in them, and whether Django finds more.

    Django finds its own by their names: with it these are all that can be imported.
    """
    run = list(dict.fromkeys(first))
    roots = {dirname(path) for path in first}
    for path in run:  # which grows while it is read
        text = text_of(context, path)
        if "DJANGO_SETTINGS_MODULE" in text:
            modules = [path for path in paths if _is_module(path)]
            modules = [path for path in modules if not path.endswith("__main__.py")]
            return list(dict.fromkeys((*run, *modules))), True
        for module in _modules(text):
            for imported in _imported_by(paths, path, module, roots):
                if imported not in run:
                    run.append(imported)
    return run, False


def _imported_by(
    paths: Sequence[str], path: str, module: str, roots: Collection[str]
) -> Iterator[str]:
    """The files of a module that a file imports; leading dots count from its own package.

    `roots` are the directories of what is started, which may be packages themselves.
    """
    name = module.lstrip(".")
    dots = len(module) - len(name)
    directory = dirname(path)
    for _ in range(dots - 1):
        directory = dirname(directory)
    for imported in _named(paths, name):
        if imported.endswith("/__main__.py"):
            continue  # another program
        root = _root_of(imported, name)
        if dots and root != directory:
            continue
        is_in_package = f"{root}/__init__.py".lstrip("/") in paths
        if dots or not is_in_package or root in roots:
            yield imported


def _root_of(path: str, module: str) -> str:
    """The directory that a module is imported from, by the path of its file."""
    place = path.removesuffix(".py").removesuffix("/__init__")
    return place.removesuffix(module.replace(".", "/")).rstrip("/")


def _is_module(path: str) -> bool:
    """Whether Python can import it by a name: no part of one has a hyphen."""
    names = path.removesuffix(".py").split("/")
    return all(name.isidentifier() for name in names)


def _modules(text: str) -> Iterator[str]:
    """The modules that a file imports, and the names from them, which may be modules too."""
    for match in _IMPORT.finditer(text):
        package = match["package"] or ""
        yield package
        for name in _NAME.findall(match["names"] or match["modules"] or ""):
            is_dots = not package.strip(".")
            yield f"{package}{name}" if is_dots else f"{package}.{name}"


def _named(paths: Sequence[str], module: str) -> list[str]:
    """The files of a module, by the end of their path."""
    if not module:
        return []
    place = module.replace(".", "/")
    ends = (f"/{place}.py", f"/{place}/__init__.py")
    return [path for path in paths if f"/{path}".endswith(ends)]


def text_of(context: Context, path: str) -> str:
    return (context.read(path) or "") if path else ""
