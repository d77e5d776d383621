"""A directory as a build context."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from lightship.context.files import Context, FileAbove
from lightship.errors import FileError
from lightship.files.reading import STDIN, read_regular
from lightship.files.run_texts import run_texts
from lightship.files.search import is_gitignored
from lightship.files.walk import MOST_WALKED, walk_files, walk_whole

if TYPE_CHECKING:
    from lightship.context.walked import Walked
    from lightship.files.git_index import GitIndex


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
        is_staged=lambda name: _is_staged(root, name),
        is_made=lambda name: _is_made(root, name),
        run_texts=lambda: run_texts(root),
        read_above=lambda name: _files_above(root, name),
        any_quoted=lambda words: _any_quoted(root, words),
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


# Of the repository around it few rules ask, and of most Dockerfiles none: so each of the modules
# that answer is imported with the first question


def _is_staged(root: str, name: str) -> bool:
    from lightship.files.staged_files import may_be_staged  # noqa: PLC0415 - as said

    return may_be_staged(root, name)


def _is_made(root: str, name: str) -> bool:
    from lightship.files.staged_files import may_be_made  # noqa: PLC0415 - as said

    return may_be_made(root, name)


def _files_above(root: str, name: str) -> tuple[FileAbove, ...]:
    from lightship.files.files_above import files_above  # noqa: PLC0415 - as said

    return files_above(root, name)


def _any_quoted(root: str, words: Iterable[str]) -> bool:
    from lightship.files.quoted_words import any_quoted  # noqa: PLC0415 - as said

    return any_quoted(root, words)


def _tracks(root: str) -> Callable[[str], bool]:
    """What tells whether git may have a path; the index is read when something asks."""

    @cache
    def read_index() -> GitIndex:
        from lightship.files.git_index import git_index  # noqa: PLC0415 - as said

        return git_index(root)

    def tracks(path: str) -> bool:
        index = read_index()
        if index.is_unread:
            return True
        place = os.path.abspath(os.path.join(root, path))
        return index.tracks_file(place) or index.tracks_below(place)

    return tracks


def _check_directory(root: str) -> None:
    if not os.path.isdir(root):
        raise FileError(f"cannot read the build context {root}: not a directory")


def _relative(dockerfile: str, root: str) -> str:
    return os.path.relpath(os.path.abspath(dockerfile), os.path.abspath(root))
