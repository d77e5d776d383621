"""What looks needless in a build context, and what the project itself says is needed."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from lightship.build import Build
from lightship.context.files import Context
from lightship.context.needless import DOCS, TESTS, NeedlessFile
from lightship.facts.context.checkout_in_image import runs_by_manual
from lightship.facts.start.container_lines import container_lines
from lightship.regex import regex

_PROJECT_FILES = ("setup.py", "setup.cfg", "pyproject.toml")
_PACKAGE_DIR = regex(r"package[_-]dir")
# Tests, and tasks and scripts of the project that are called so
_RUNNER = regex(
    r"\b(?:pytest|py\.test|tox|nox|unittest|behave|manage\.py\s+test)\b"
    r"|\b(?:make|just|task|poe|invoke|inv|pdm run|hatch run|npm run)\s+[\w:-]*(?:test|check|ci)\b"
    r"|[\w-]*tests?[\w-]*\.(?:sh|py)\b"
)
_MOUNT = regex(r"(?:\s-v|--volume|--mount|src|source)[ =]")


def is_needed(build: Build, context: Context, hit: NeedlessFile) -> bool:
    """Whether the ignore file includes it on purpose, or the project builds or tests with it.

    A line that excludes it again would undo a deliberate `!tests/factories`.
    """
    if _is_included(context, hit.pattern):
        return True
    if "*" in hit.pattern.removeprefix("**/"):
        return False
    if _is_package(context, hit.name):
        return True
    if hit.group not in (TESTS, DOCS):
        return False
    if hit.group is DOCS and _is_go_package(context, hit.name):
        return True
    return _is_run(build, hit) or runs_by_manual(build, hit.name)


def _is_included(context: Context, pattern: str) -> bool:
    """Whether a line with `!` names what `pattern` excludes, or something in it."""
    name = pattern.removeprefix("**/")
    is_deep = name != pattern
    for line in context.ignore.patterns:
        if not line.negated:
            continue
        path = line.text.strip("/")
        parts = path.split("/")
        is_anywhere = is_deep or parts[0] == "**"
        named = parts if is_anywhere else parts[:1]
        for part in named:
            if _is_name(part, name):
                return True
    return False


def _is_name(part: str, name: str) -> bool:
    """Whether a part of a pattern speaks of that name; `*` alone speaks of everything."""
    literal = part.strip("*")
    if not literal:
        return False
    return literal == name or fnmatchcase(literal, name)


def _is_package(context: Context, name: str) -> bool:
    """Whether setup.py, setup.cfg or pyproject.toml makes a package of the directory."""
    for path in _PROJECT_FILES:
        text = context.read(path)
        if text is None or name not in text:
            continue
        if _packages_of(name).search(text):
            return True
        if not _PACKAGE_DIR.search(text):
            continue
        if _mapping_to(name).search(text):
            return True
    return False


def _is_go_package(context: Context, name: str) -> bool:
    """Whether a directory holds code of Go, such as the `docs` that swag writes."""
    pattern = regex(rf"(?:^|/){re.escape(name)}/[^/]+\.go")
    return any(map(pattern.fullmatch, context.paths))


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


def _is_run(build: Build, hit: NeedlessFile) -> bool:
    """Whether compose, a workflow, a script or a manual runs in a container what lies there."""
    lines = container_lines(build)
    if lines is None:
        return True
    name = re.escape(hit.name)
    named = regex(rf"(?<![\w./-]){name}[/.]\w")
    for line in lines:
        if hit.group is TESTS and _RUNNER.search(line):
            return True
        if hit.name not in line:
            continue
        if not named.search(line):
            continue
        if not _MOUNT.search(line):
            return True
    return False
