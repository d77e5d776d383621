"""Requirements files and extras whose names say that they are for development."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build
from lightship.evaluation.paths import clean
from lightship.facts.edits.runs import takes_words
from lightship.facts.edits.word_edits import inside
from lightship.facts.installs.dependencies import Install, installs
from lightship.facts.installs.project_commands import stage_of
from lightship.lint.finding import Finding, Fix, Safety
from lightship.regex import regex
from lightship.rules.python.dev_dependencies_installed.group_installs import is_judged
from lightship.rules.python.dev_dependencies_installed.meant_extras import (
    is_announced,
    is_unknown_extra,
)
from lightship.rules.python.dev_dependencies_installed.used_tools import finding
from lightship.shell.packages import Package
from lightship.text import Edit

_PARTS = regex(r"[/_.-]")
_FOR_WORK = frozenset(
    ("dev", "devel", "develop", "development", "test", "tests", "testing", "lint")
)
# Nobody installs them for a program that only runs
_TOOLS_FOR_WORK = frozenset(
    """bandit black coverage coveralls flake8 ipdb isort jupyter jupyterlab mypy nose notebook pdbpp
    pudb pylint pytest pytest-cov ruff tox watchdog""".split()
)


def requirements_for_work(build: Build) -> Iterator[Finding]:
    """A requirements file, or an extra, whose name says that it is for development.

    A file says nothing new where the image shows in other ways that somebody works in it.
    """
    is_worked_in = _has_tools_for_work(build)
    for install in installs(build):
        if install.is_node or install.whole:
            continue
        if stage_of(build, install) not in build.lineage:
            continue
        if not is_judged(install):
            continue
        if any(install.script.named("git")):
            continue  # the file may be that of another project

        yield from _extras(build, install)
        if not is_worked_in:
            yield from _files(install)


def _files(install: Install) -> Iterator[Finding]:
    """`pip install -r dev.txt`."""
    for option in install.does.options:
        if option.name not in ("--requirement", "--requirements"):
            continue
        path = option.value or ""
        if "$" in path or not _is_for_work(path):
            continue
        message = f"{path} is for development: do not install it into the image"
        yield Finding(option.span, message)


def _has_tools_for_work(build: Build) -> bool:
    """Whether the image gets tools for work by name, or the project in a way that follows edits."""
    for call in build.packages("pip", "uv", action="install"):
        if call.instruction not in build.shipped:
            continue
        for package in call.does.packages:
            if package.editable or package.name.lower() in _TOOLS_FOR_WORK:
                return True
    for command in build.commands("python", "python3"):
        if command.instruction not in build.shipped:
            continue
        args = command.command.args[:2]
        words = [word.value for word in args]
        if words == ["setup.py", "develop"]:
            return True
    return False


def _extras(build: Build, install: Install) -> Iterator[Finding]:
    """`pip install '.[dev]'`: an extra of the project itself."""
    for package in install.local:
        for extra in package.extras:
            if extra.lower() not in _FOR_WORK:
                continue
            if is_announced(install, package):
                continue
            if is_unknown_extra(build, install, package, extra):
                continue
            message = f"the extra {extra} is for development: do not install it into the image"
            edit = _without_extra(package, extra)
            fix = None
            if edit is not None and takes_words(install.script):
                fix = Fix(f"Remove {extra}", (edit,), Safety.UNSAFE)
            yield finding(build, install, package.word.span, message, fix)


def _without_extra(package: Package, extra: str) -> Edit | None:
    text = package.word.text
    # What stands around it, with what is left of that
    forms = (
        (f"[{extra}]", ""),
        (f"[{extra},", "["),
        (f",{extra},", ","),
        (f",{extra}]", "]"),
    )
    for old, new in forms:
        if old in text:
            return inside(package.word, old, new)
    return None


def _is_for_work(path: str) -> bool:
    """By its own name, or that of the directory that has the requirements."""
    above, _, name = clean(path).rpartition("/")
    directory = basename(above)
    if "req" in name:
        telling = name
    elif "req" in directory:
        telling = f"{directory}/{name}"
    else:
        return False

    stem = telling.lower().removesuffix(".txt")
    words = _PARTS.split(stem)
    return not _FOR_WORK.isdisjoint(words)
