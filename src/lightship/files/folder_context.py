"""A directory as a build context."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

from lightship.context.files import Context
from lightship.context.walked import Walked
from lightship.errors import FileError
from lightship.files.files_above import files_above
from lightship.files.git_index import git_index
from lightship.files.quoted_words import any_quoted
from lightship.files.reading import STDIN, read_regular
from lightship.files.run_texts import run_texts
from lightship.files.search import is_gitignored
from lightship.files.staged_files import may_be_made, may_be_staged
from lightship.files.walk import MOST_WALKED, walk_files, walk_whole


def open_context(root: str, dockerfile: str) -> Context:
    """The build context in a directory, for a Dockerfile that may lie elsewhere.

    Nothing is read before it is asked for. A FileError where `root` is not a directory.
    """
    _check_directory(root)
    return Context(
        lambda: walk_files(root),
        lambda path: read_regular(os.path.join(root, path)),
        None if dockerfile == STDIN else _relative(dockerfile, root),
        git_ignores=lambda path: is_gitignored(os.path.join(root, path)),
        is_staged=lambda name: may_be_staged(root, name),
        is_made=lambda name: may_be_made(root, name),
        run_texts=lambda: run_texts(root),
        read_above=lambda name: files_above(root, name),
        any_quoted=lambda words: any_quoted(root, words),
        git_tracks=_tracks(root),
    )


def open_whole_context(
    root: str, dockerfile: str | None, most: int = MOST_WALKED
) -> tuple[Context, Walked]:
    """The build context in a directory and all that was found in it: this walks at once.

    `dockerfile` is None where there is none. A FileError for more than `most` entries.
    """
    _check_directory(root)
    walked = walk_whole(root, most)
    context = Context(
        lambda: walked.files,
        lambda path: read_regular(os.path.join(root, path)),
        None if dockerfile is None else _relative(dockerfile, root),
        most,
    )
    return context, walked


def _tracks(root: str) -> Callable[[str], bool]:
    """What tells whether git has a path; the index is read when something asks."""
    read_index = cache(lambda: git_index(root))

    def tracks(path: str) -> bool:
        index = read_index()
        place = os.path.abspath(os.path.join(root, path))
        return index.tracks_file(place) or index.tracks_below(place)

    return tracks


def _check_directory(root: str) -> None:
    if not os.path.isdir(root):
        raise FileError(f"cannot read the build context {root}: not a directory")


def _relative(dockerfile: str, root: str) -> str:
    return os.path.relpath(os.path.abspath(dockerfile), os.path.abspath(root))
