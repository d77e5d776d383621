"""Which Dockerfiles there are: those that are named, and those below a directory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from lightship.record import record
from lightship.regex import regex

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from lightship.files.git_index import GitIndex

_NAMES = regex(
    r"(?:Dockerfile|dockerfile|Containerfile)(?:[._-].+)?|.+\.(?:[Dd]ockerfile|[Cc]ontainerfile)"
)
# Named like a Dockerfile, but something else: ignore files, templates, requirements, sources,
# changes, what is encrypted or packed, and what editors and merges leave there.
_OTHERS = tuple(
    """~ .dockerignore .containerignore .j2 .jinja .jinja2 .tmpl .tpl .template .erb .mustache .in
    .md .rst .txt .lock .orig .rej .bak .swp .yaml .yml .json .toml .xml .cfg .ini .csv .log .html
    .patch .diff .encrypted .enc .gpg .asc .age .sig .gz .zip .tar
    .css .scss .less .py .ipynb .sh .js .mjs .cjs .jsx .ts .tsx .map .vue .svelte .htm .go .rb .rs
    .java""".split()
)
# What is kept of a Dockerfile that is no longer built
_WRECKS = (
    *(".bak", ".before", ".broken", ".corrupt", ".corrupted", ".disabled", ".old"),
    *(".orig", ".save", ".unused", "~"),
)
# Directories that hold what others wrote, and copies that a tool made.
_SKIPPED = frozenset(
    """.git .hg .svn .venv .tox .nox node_modules __pycache__ .ipynb_checkpoints .bak""".split()
)
# `Dockerfile.old` beside `Dockerfile`
_SUPERSEDED = regex(r"(.+)[._-](?:old|backup|bkp|prev|previous|save|orig|bak)")
# `backup/20260213_213937`, `backups/2026-02-13`
_BACKUPS = regex(r"(?i)(?:^|[._-])(?:bak|backups?)(?:$|[._-])")
_DATED = regex(r"(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?[0-3]\d(?!\d)")

# What Composer and Go write into a `vendor` directory of theirs
_VENDORED = ("autoload.php", "composer/installed.json", "modules.txt")
_HEAD = 8000  # bytes, in which git looks for a NUL to tell a binary file (xdiff-interface.c)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_FROM_IN_COMMENT = regex(r"(?i)#+[ \t]*FROM[ \t]+\S+")


@record
class Ignored:
    """Patterns in .gitignore's language, and the directory that they are relative to."""

    base: str
    spec: GitIgnoreSpec


def gitignored(base: str, lines: Sequence[str]) -> Ignored:
    """Patterns as an `Ignored`; like git it skips a line that cannot be read, such as `!`."""
    return Ignored(base, _spec_of(tuple(lines)))


@lru_cache(maxsize=200)
def _spec_of(lines: tuple[str, ...]) -> GitIgnoreSpec:
    """Compiled patterns: with hyperscan 200 lines take a sixth of a second, and rules ask often."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - 15 ms, only with patterns

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        readable = [line for line in lines if _is_pattern(line)]
        return GitIgnoreSpec.from_lines(readable)


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - 15 ms, only with patterns

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def is_dockerfile(name: str) -> bool:
    """Whether a file of that name is taken for a Dockerfile when a directory is searched."""
    return _has_name(name) and not name.endswith((*_OTHERS, *_WRECKS))


def is_plain(path: str) -> bool:
    """Whether a file has the name that engines look for, without anything more."""
    return os.path.basename(path).lower() in ("dockerfile", "containerfile")


def is_wreck(path: str) -> bool:
    """Whether a file is named as one that is kept of a Dockerfile, such as `Dockerfile.broken`."""
    name = os.path.basename(path)
    for end in _WRECKS:
        own = name.removesuffix(end)
        if own != name:
            return is_dockerfile(own)
    return False


def _has_name(name: str) -> bool:
    return _NAMES.fullmatch(name) is not None


def _is_dockerfile_path(path: str) -> bool:
    # cookiecutter fills in such a directory: what is in it is a template
    return is_dockerfile(os.path.basename(path)) and "{{" not in path


def find_dockerfiles(
    paths: Iterable[str],
    exclude: Sequence[Ignored] = (),
    is_other: Callable[[str], bool] = lambda _: False,
) -> Iterator[str]:
    """The Dockerfiles that `paths` name, in order, each once.

    A file is taken as it is, whatever its name; a directory is searched, also for files that
    `is_other` tells by their paths. Links to a Dockerfile below the same directory are left out,
    and so are binary files and copies of an earlier version beside their Dockerfile.
    """

    def is_named(path: str) -> bool:
        return _is_dockerfile_path(path) or is_other(path)

    seen: set[str] = set()
    for path in paths:
        dockerfiles: Iterable[str] = (path,)
        if os.path.isdir(path):
            found = find_files(path, is_named, exclude)
            top = os.path.realpath(path)
            dockerfiles = (file for file in found if not _is_left_out(file, top))
        for dockerfile in dockerfiles:
            place = os.path.abspath(dockerfile)
            if place not in seen:
                seen.add(place)
                yield dockerfile


def _is_left_out(path: str, top: str) -> bool:
    if _is_second(path, top) or _is_superseded(path):
        return True
    head = _head(path)
    return _is_binary(head) or _is_commented_out(head)


def _head(path: str) -> bytes:
    """The first bytes of a file; what reads it whole says why it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""


def _is_binary(head: bytes) -> bool:
    """Whether a file that begins so is binary; UTF-16 is text, and a mistake to report."""
    return b"\0" in head and not head.startswith(_UTF_16)


def _is_commented_out(head: bytes) -> bool:
    """Whether all of a short file is comments, its FROM too: somebody put it aside."""
    if len(head) == _HEAD:
        return False
    text = head.decode(errors="replace")
    lines = [line.strip() for line in text.splitlines()]
    if not all(line.startswith("#") for line in lines if line):
        return False
    return any(map(_FROM_IN_COMMENT.match, lines))


def _is_second(path: str, top: str) -> bool:
    """Whether a file is a link to another Dockerfile below the same directory."""
    if not os.path.islink(path):
        return False
    real = os.path.realpath(path)
    return real.startswith(f"{top}{os.sep}") and _is_dockerfile_path(real)


def _is_superseded(path: str) -> bool:
    """Whether a file is the copy of an earlier version that lies beside its Dockerfile."""
    copied = _SUPERSEDED.fullmatch(os.path.basename(path))
    return copied is not None and os.path.isfile(
        os.path.join(os.path.dirname(path), copied[1])
    )


def find_files(
    top: str, is_named: Callable[[str], bool], exclude: Sequence[Ignored] = ()
) -> Iterator[str]:
    """The files below a directory with such a path that git does not ignore, sorted.

    What git tracks it does not ignore, whatever .gitignore says. Links to directories are not
    followed, so there are no loops.
    """
    above = _ignored_above(os.path.abspath(top))
    if _is_ignored(os.path.abspath(top), True, above):
        above = []  # named on the command line, so it is wanted

    choice = _FileChoice(top, tuple(exclude))
    waiting = [(top, above)]
    while waiting:
        directory, ignored = waiting.pop()
        files, folders = _listing(directory)
        if ".gitignore" in files:
            lines = _gitignore_lines(directory)
            ignored = [*ignored, gitignored(os.path.abspath(directory), lines)]

        for name in files:
            path = os.path.normpath(os.path.join(directory, name))
            is_file = is_named(path) and os.path.isfile(path)
            if is_file and choice.takes(path, False, ignored):
                yield path

        for name in reversed(folders):
            path = os.path.join(directory, name)
            if _is_of_others(path, name):
                continue
            if choice.takes(path, True, ignored):
                waiting.append((path, ignored))


@record(eq=False, slots=False)
class _FileChoice:
    """What a search below `top` takes: no excluded path, and none that git ignores."""

    top: str
    exclude: tuple[Ignored, ...]

    @cached_property
    def _index(self) -> GitIndex:
        # Only what git ignores needs it
        from lightship.files.git_index import git_index  # noqa: PLC0415

        return git_index(self.top)

    def takes(self, path: str, is_folder: bool, ignored: Sequence[Ignored]) -> bool:
        """Whether a file or directory is taken; `ignored` are the patterns of .gitignore."""
        place = os.path.abspath(path)
        if _is_ignored(place, is_folder, self.exclude):
            return False
        if not _is_ignored(place, is_folder, ignored):
            return True
        tracks = self._index.tracks_below if is_folder else self._index.tracks_file
        return tracks(place)


def _is_of_others(path: str, name: str) -> bool:
    """Whether a directory holds what others wrote, or copies: by its name, or `vendor` of Composer
    or Go.
    """
    if name in _SKIPPED:
        return True
    if _DATED.match(name) and _BACKUPS.search(os.path.basename(os.path.dirname(path))):
        return True
    if name != "vendor":
        return False
    return any(os.path.exists(os.path.join(path, mark)) for mark in _VENDORED)


def _listing(directory: str) -> tuple[list[str], list[str]]:
    """The names of files and of directories in a directory, sorted; none if it cannot be read."""
    files: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                is_folder = entry.is_dir(follow_symlinks=False)
                (folders if is_folder else files).append(entry.name)
    except OSError:
        return [], []
    return sorted(files), sorted(folders)


def _gitignore_lines(directory: str) -> list[str]:
    path = os.path.join(directory, ".gitignore")
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().splitlines()
    except OSError:
        return []


def is_gitignored(path: str) -> bool:
    """Whether git would ignore a path, which need not exist; False outside a repository."""
    place = os.path.abspath(path)
    ignored = _ignored_above(place)
    return _is_ignored(place, False, ignored) or _is_ignored(place, True, ignored)


def _ignored_above(top: str) -> list[Ignored]:
    """The .gitignore files from the repository's root down to the parent of `top`.

    None outside a repository.
    """
    nearest_first: list[Ignored] = []
    directory = top
    while not os.path.exists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return []
        directory = parent
        if os.path.isfile(os.path.join(directory, ".gitignore")):
            lines = _gitignore_lines(directory)
            nearest_first.append(gitignored(directory, lines))
    return nearest_first[::-1]


def _is_ignored(path: str, is_folder: bool, ignored: Sequence[Ignored]) -> bool:
    """Whether the last pattern that matches, those of deeper directories last, ignores `path`."""
    for patterns in reversed(ignored):
        relative = os.path.relpath(path, patterns.base)
        if relative == os.curdir or relative.startswith(os.pardir):
            continue
        name = f"{relative}/" if is_folder else relative
        verdict = patterns.spec.check_file(name).include
        if verdict is not None:
            return verdict
    return False
