"""A change as the model takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from cache.change import Change, Given
from cache.written import EARLY, times_of

from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree, context_of
from lightship.dockerfile.parse import parse


def sides(change: Change) -> tuple[Side, Side]:
    """What the first and the last build were given."""
    first = dict.fromkeys(change.before.all_files, EARLY)
    return _side(change.before, first), _side(
        change.after, times_of(change, change.after)
    )


def _side(given: Given, times: Mapping[str, int]) -> Side:
    modes = {**given.modes, **{f"{path}/": mode for path, mode in given.modes.items()}}
    tree = replace(FileTree.of(_with_directories(given), modes), time=times.get)
    context = context_of(tree, given.path)
    return Side(
        Build(parse(given.dockerfile), context, given.args, given.target, given.path),
        tree,
    )


def _with_directories(given: Given) -> dict[str, str | bytes]:
    """The files, and each directory above one, as a walk of a disk finds them; a hard link is a file."""
    found = {path: _content(given, path) for path in given.all_files}
    above = {
        f"{each}/"
        for path in found
        for each in PurePosixPath(path.rstrip("/")).parents
        if str(each) != "."
    }
    return {**dict.fromkeys(above, ""), **found}


def _content(given: Given, path: str) -> str | bytes:
    content = given.all_files[path]
    if isinstance(content, str) and content.startswith("=> "):
        return given.all_files[str(PurePosixPath(path).with_name(content[3:]))]
    return content
