"""One name, one thing: which class names and file names may be used in several rooms, and why."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import NamedTuple

from source_trees import SOURCE, statements, tree_of


class Repeated(NamedTuple):
    """A name that stands for the same in several rooms: what for, and in which."""

    reason: str
    files: tuple[str, ...]  # patterns of paths below src/lightship


COMMAND = "a command and its flow, both called as the user calls the command"
FORMAT = "one file for each format, called the same in each room of reports"
READER = "text -> tree and that tree, of a Dockerfile and of a script"

FILES = {
    "advise": Repeated(COMMAND, ("cli/cache/*", "flows/cache/*")),
    "base": Repeated(COMMAND, ("cli/*", "flows/*")),
    "baseline": Repeated(COMMAND, ("cli/*", "flows/*")),
    "builds": Repeated(COMMAND, ("cli/*", "flows/*")),
    "compare": Repeated(COMMAND, ("cli/*", "flows/*")),
    "context": Repeated(COMMAND, ("cli/*", "flows/*")),
    "explain": Repeated(COMMAND, ("cli/cache/*", "cli/ci/*", "flows/cache/*")),
    "fix": Repeated(COMMAND, ("cli/*", "flows/*")),
    "improve": Repeated(COMMAND, ("cli/*", "flows/proof/*")),
    "lint": Repeated(COMMAND, ("cli/*", "flows/*")),
    "pin": Repeated(COMMAND, ("cli/*", "flows/*")),
    "prove": Repeated(COMMAND, ("cli/*", "flows/proof/*")),
    "replay": Repeated(COMMAND, ("cli/cache/*", "flows/cache/*")),
    "show": Repeated(COMMAND, ("cli/ci/*", "cli/proof/*")),
    "status": Repeated(
        "a command, and the last row of the viewer", ("cli/vulns/*", "tui/*")
    ),
    "trend": Repeated(COMMAND, ("cli/*", "cli/ci/*")),
    "update": Repeated(
        "commands that renew: pins, and the copy of OSV", ("cli/*", "cli/vulns/*")
    ),
    "build": Repeated("the noun Build, and the command", ("build.py", "cli/*")),
    "build_options": Repeated(
        "BuildOptions, and the options of a command that fill it", ("cli/*", "flows/*")
    ),
    "parse": Repeated(READER, ("dockerfile/*", "shell/*", "cli/*")),
    "tree": Repeated(READER, ("dockerfile/*", "shell/*")),
    "as_html": Repeated(FORMAT, ("report/*",)),
    "as_json": Repeated(FORMAT, ("report/*",)),
    "as_junit": Repeated(FORMAT, ("report/*",)),
    "as_github": Repeated(FORMAT, ("report/*",)),
    "as_markdown": Repeated(FORMAT, ("report/*",)),
    "as_sarif": Repeated(FORMAT, ("report/*",)),
    "as_text": Repeated(FORMAT, ("report/*",)),
    "formats": Repeated("the formats that a room has", ("report/*",)),
    "data": Repeated("what a page's scripts are given", ("report/*/html/*",)),
    "python": Repeated(
        "Python's part of a row of package managers",
        ("image/databases/*", "shell/managers/*"),
    ),
}
CLASSES = {
    "Word": Repeated(
        "a word with its place, in a Dockerfile and in a script",
        ("dockerfile/tree.py", "shell/words.py"),
    ),
}

ADVICE = """
The {what} {name!r} is used in several places:
  {places}
Rename all but one so that each says what it is (git mv, and the tests with it). Where it means the
same by design, write into {table} of tests/test_names.py why and where."""
STALE = """
The {what} {name!r} no longer repeats, or not in {where}: remove that from {table} of
tests/test_names.py."""


def test_a_file_name_stands_for_one_thing():
    places: dict[str, list[str]] = defaultdict(list)
    for path in _paths():
        if not path.stem.startswith("__"):
            places[path.stem].append(str(path))
    _check("file name", "FILES", FILES, places)


def test_a_class_name_stands_for_one_thing():
    places: dict[str, list[str]] = defaultdict(list)
    for path in _paths():
        for node in statements(tree_of(SOURCE / path)):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path))
    _check("class name", "CLASSES", CLASSES, places)


def _paths() -> Iterable[PurePosixPath]:
    """All modules, from src/lightship."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield PurePosixPath(path.relative_to(SOURCE).as_posix())


def _check(
    what: str,
    table: str,
    allowed: Mapping[str, Repeated],
    places: Mapping[str, list[str]],
) -> None:
    problems = []
    for name, paths in sorted(places.items()):
        patterns = allowed[name].files if name in allowed else ()
        others = [path for path in paths if not _fits(path, patterns)]
        if others and len(paths) > 1:
            listed = "\n  ".join(paths)
            problems.append(
                ADVICE.format(what=what, name=name, places=listed, table=table)
            )

    for name, repeated in allowed.items():
        paths = places.get(name, [])
        idle = [pattern for pattern in repeated.files if not _holds(paths, pattern)]
        if idle or len(paths) < 2:
            where = " or ".join(idle or repeated.files)
            problems.append(
                STALE.format(what=what, name=name, where=where, table=table)
            )
    assert not problems, "".join(problems)


def _fits(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _holds(paths: Iterable[str], pattern: str) -> bool:
    return any(fnmatchcase(path, pattern) for path in paths)
