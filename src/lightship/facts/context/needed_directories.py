"""What looks needless in a build context, and what the project itself says is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from posixpath import basename

from lightship.context.files import Context
from lightship.context.needless import TESTS, NeedlessFile
from lightship.regex import regex

_PROJECT_FILES = ("setup.py", "setup.cfg", "pyproject.toml")
_PACKAGE_DIR = regex(r"package[_-]dir")
_RUNNER = regex(r"\b(?:pytest|py\.test|tox|nox|unittest|manage\.py\s+test)\b")
_IN_CONTAINER = regex(r"\bdocker(?:[ -]compose)?\b.*\s(?:run|exec)\s")
_COMPOSE = regex(r"(?:docker-)?compose[\w.-]*\.ya?ml")
_MOST_FILES = 100


def is_needed(context: Context, hit: NeedlessFile) -> bool:
    """Whether the ignore file includes it on purpose, or the project builds or tests with it.

    A line that excludes it again would undo a deliberate `!tests/factories`.
    """
    if _is_included(context, hit.pattern):
        return True
    if "*" in hit.pattern.removeprefix("**/"):
        return False
    if _is_package(context, hit.name):
        return True
    return hit.group is TESTS and _runs_tests(context)


def _is_included(context: Context, pattern: str) -> bool:
    """Whether a line with `!` names what `pattern` excludes, or something in it."""
    name = pattern.removeprefix("**/")
    is_deep = name != pattern
    for line in context.ignore.patterns:
        if not line.negated:
            continue
        parts = line.text.strip("/").split("/")
        is_anywhere = is_deep or parts[0] == "**"
        named = parts if is_anywhere else parts[:1]
        if any(_is_name(part, name) for part in named):
            return True
    return False


def _is_name(part: str, name: str) -> bool:
    """Whether a part of a pattern speaks of that name; `*` alone speaks of everything."""
    literal = part.strip("*")
    return literal == name or (bool(literal) and fnmatchcase(literal, name))


def _is_package(context: Context, name: str) -> bool:
    """Whether setup.py, setup.cfg or pyproject.toml makes a package of the directory."""
    for path in _PROJECT_FILES:
        text = context.read(path)
        if text is None or name not in text:
            continue
        if _packages_of(name).search(text):
            return True
        if _PACKAGE_DIR.search(text) and _mapping_to(name).search(text):
            return True
    return False


def _packages_of(name: str) -> re.Pattern[str]:
    """A list of packages, of Python or of INI lines, that holds the directory."""
    word = re.escape(name)
    listed = rf"\[[^\]]*[\"']{word}[\"'./]"
    lines = rf"(?:\n[ \t]+[\w.]+)*\n[ \t]+{word}\b"
    return regex(rf"\bpackages[\"']?\s*=(?:\s*{listed}|[ \t]*{lines})")


def _mapping_to(name: str) -> re.Pattern[str]:
    """An entry of `package_dir`: `"tool.tests": "tests"`, or `tool.tests = tests`."""
    word = re.escape(name)
    quoted = rf"[\"'][\w.]*[\"']\s*[:=]\s*[\"'](?:\./)?{word}/?[\"']"
    plain = rf"^[ \t]*\w*\.\w[\w.]*[ \t]*=[ \t]*{word}/?[ \t]*$"
    return regex(rf"(?m){quoted}|{plain}")


def _runs_tests(context: Context) -> bool:
    """Whether compose, a workflow or a script runs tests in a container of the image."""
    if context.run_texts is not None:
        texts = context.run_texts()
        if texts is None or any(map(_runs_in_container, texts)):
            return True
    for path in _run_files(context):
        text = context.read(path) or ""
        if _RUNNER.search(text) is None:
            continue
        is_compose = _COMPOSE.fullmatch(basename(path)) is not None
        for line in text.replace("\\\n", " ").split("\n"):
            if line.lstrip().startswith("#") or _RUNNER.search(line) is None:
                continue
            if is_compose or _IN_CONTAINER.search(line):
                return True
    return False


def _runs_in_container(text: str) -> bool:
    """Whether a file of the repository, as a workflow above the context, runs tests in one."""
    if "docker" not in text or _RUNNER.search(text) is None:
        return False
    if text.startswith("#!"):
        return True  # its functions may hand the command on
    for line in text.replace("\\\n", " ").split("\n"):
        if _RUNNER.search(line) and _IN_CONTAINER.search(line):
            return True
    return False


def _run_files(context: Context) -> Iterator[str]:
    """Files that start containers."""
    paths = [path for path in sorted(context.paths) if _starts_containers(path)]
    yield from paths[:_MOST_FILES]


def _starts_containers(path: str) -> bool:
    name = basename(path)
    if name == "Makefile" or name.endswith(".sh"):
        return True
    if _COMPOSE.fullmatch(name):
        return True
    return path.startswith(".github/workflows/") and name.endswith((".yml", ".yaml"))
