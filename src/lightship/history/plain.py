"""Whether a repository is made of files.

libgit2 opens what it expects to be one, and would wait for a pipe forever.
"""

from __future__ import annotations

import os
import re
import stat

from lightship.errors import GitError
from lightship.text import decode

_READ = (
    "refs",
    "objects",
    "info",
    "logs",
    "reftable",
)  # directories that libgit2 reads in
_MOST_CONFIG = 16 << 20  # bytes
_DEEPEST = 10  # files that include one another; libgit2 refuses more
_PATH = re.compile(
    r"""\bpath\s*=\s*((?:"(?:[^"\\\n]|\\.)*"|[^\n#;"])*)""", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b"}


def check(git_dir: str) -> None:
    """Check that a repository has no pipes or devices, and its configuration includes none.

    A GitError where it does.
    """
    for folder in {os.path.realpath(git_dir), common_dir(git_dir)}:
        _check_folder(folder, ("",))
        _check_folder(folder, _READ)
        for name in ("config", "config.worktree"):
            _check_config(os.path.join(folder, name), 0)
        for line in _text(
            os.path.join(folder, "objects", "info", "alternates")
        ).splitlines():
            _check_folder(os.path.join(folder, "objects", line), ("", "pack"))


def common_dir(git_dir: str) -> str:
    """Where objects and branches are.

    For a further working tree that is not in its own directory (gitrepository-layout).
    """
    named = _text(os.path.join(git_dir, "commondir")).strip()
    return os.path.realpath(os.path.join(git_dir, named))


def is_partial(git_dir: str) -> bool:
    """Whether a clone left out objects that its remote has promised.

    Then packs have a `.promisor` beside them.
    """
    try:
        names = os.listdir(os.path.join(common_dir(git_dir), "objects", "pack"))
    except OSError:
        return False
    return any(name.endswith(".promisor") for name in names)


def _check_folder(top: str, inner: tuple[str, ...]) -> None:
    """Look at a directory alone for an empty name in `inner`, and at all below it for others.

    Links are not followed.
    """
    waiting = [os.path.join(top, name) for name in inner]
    is_deep = inner != ("",)
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting += [entry.path] if is_deep else []
                    elif not entry.is_file(follow_symlinks=False):
                        require_plain(entry.path)
        except OSError:
            continue


def require_plain(path: str) -> None:
    """A GitError for a pipe or a device; sockets cannot be opened, so they do no harm."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return
    if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        raise GitError(f"{path} is a pipe or a device, and git would read it")


def _check_config(path: str, depth: int) -> None:
    """The same for what a configuration includes (git-config, Includes).

    Conditions are taken as met.
    """
    require_plain(path)
    text = _text(path)
    if depth > _DEEPEST or "include" not in text.lower():
        return
    for found in _PATH.finditer(text.replace("\\\n", "")):
        value = _ESCAPE.sub(
            lambda escape: _ESCAPES.get(escape[1], escape[1]),
            found[1].replace('"', "").strip(),
        )
        _check_config(
            os.path.join(os.path.dirname(path), os.path.expanduser(value)), depth + 1
        )


def _text(path: str) -> str:
    """What is in a small file; empty where there is none."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return ""
        if os.path.getsize(path) > _MOST_CONFIG:
            raise GitError(f"{path} is larger than {_MOST_CONFIG >> 20} MB")
        with open(path, "rb") as file:
            return decode(file.read())
    except (OSError, ValueError):
        return ""
