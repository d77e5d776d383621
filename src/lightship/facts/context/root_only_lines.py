"""Lines of an ignore file whose name stands deeper down, too, where they do not take it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from posixpath import basename

from lightship.build import Build
from lightship.context.files import Context, File, FileKind
from lightship.context.needless import DERIVED, EDITORS, NeedlessFile, secret
from lightship.context.patterns import IgnorePattern
from lightship.context.wildcards import has_wildcards
from lightship.facts.context.ignore_file import (
    IgnoreFile,
    ignore_file,
    is_literal,
    takes,
)
from lightship.facts.context.misread_lines import Misread, with_text
from lightship.facts.context.takings import path_of, takings
from lightship.facts.context.usual_names import CODE, generated, is_common
from lightship.record import record

_MOST_LINES = 50  # whose names stand deeper down
_SMALL = 10_000  # in bytes
_MOST_NAMES = 2000  # of those that a pattern with wildcards is held against


@record
class _Brought:
    """A file that a directory brings along.

    `start` is at which of its names begins what nobody named: COPY names those before.
    """

    item: File
    start: int


# Names that a pattern means, each with what programs make of it
_Names = dict[str, NeedlessFile | None]


def at_root_only(build: Build) -> tuple[Misread, ...]:
    """Names that are left out at the root alone, while COPY takes others from directories below."""
    return build.once(_at_root_only)


def _at_root_only(build: Build) -> tuple[Misread, ...]:
    file = ignore_file(build)
    context = build.context
    if file is None or context is None:
        return ()
    patterns = [pattern for pattern in file.plain if _is_name(file, pattern)]
    if not patterns:
        return ()

    files = _brought(build, context)
    names = _all_names(files)
    meanings = _meanings(context, patterns, names)
    lines: list[Misread] = []
    for pattern, meant in islice(meanings, _MOST_LINES):
        line = _deeper(file, pattern, files, meant)
        if line is None:
            continue
        if not _is_source(context, line):
            lines.append(line)
    return tuple(lines)


def _is_source(context: Context, line: Misread) -> bool:
    """Whether git has some of what it would take, or no program is known to write it and git would
    have all of it, such as the icons of a page: that is the project's own. Caches never are.
    """
    if line.derived:
        return False
    if context.git_tracks is not None and any(map(context.git_tracks, line.tops)):
        return True
    is_ignored = context.git_ignores
    if line.written or is_ignored is None:
        return False
    return not any(map(is_ignored, line.files))


def _is_name(file: IgnoreFile, pattern: IgnorePattern) -> bool:
    """A pattern that .gitignore would look for in every directory."""
    name = pattern.text
    if pattern.negated:
        return False
    if "/" in name or name.startswith("**"):
        return False
    has_letters = any(map(str.isalpha, name))
    if not has_letters:
        return False

    # `/name` and `./name` are meant for the root
    written = file.written(pattern).of(file.text)
    without_dots = written.lstrip(".")
    return not without_dots.startswith("/")


def _brought(build: Build, context: Context) -> list[_Brought]:
    """The files that directories bring along, without secrets, by path."""
    by_path: dict[str, _Brought] = {}
    for taking in takings(build):
        paths = map(path_of, taking.sources)
        start = min(map(_first_own_name, paths))
        for item in taking.files:
            path = item.path
            if path.count("/") < start:
                continue
            known = by_path.get(path)
            if known is None or known.start > start:
                by_path[path] = _Brought(item, start)

    files = [by_path[path] for path in sorted(by_path)]
    return [file for file in files if secret(context, file.item) is None]


def _first_own_name(source: str) -> int:
    """At which name of a file begins what its source does not name; the topmost is never asked."""
    if not source:
        return 1
    names = source.count("/") + 1
    if has_wildcards(source):
        names -= 1
    return max(names, 1)


def _all_names(brought: Sequence[_Brought]) -> _Names:
    """The names on the way to all files, each with what it is usually."""
    names: _Names = {}
    for file in brought:
        item = file.item
        *directories, name = item.path.split("/")
        for directory in directories[file.start :]:
            if directory not in names:
                names[directory] = generated(directory)
        # The same name may be known as that of a directory, of which nothing is known
        if names.get(name) is None:
            names[name] = generated(name, item.kind)
    return names


def _meanings(
    context: Context,
    patterns: Sequence[IgnorePattern],
    names: _Names,
) -> Iterator[tuple[IgnorePattern, _Names]]:
    """The patterns that mean a name below the root, with those that they mean."""
    usual = [name for name, hit in names.items() if hit is not None]
    tried = usual[:_MOST_NAMES]
    for pattern in patterns:
        if is_literal(pattern):
            meant = _named(context, pattern.text, names)
        else:
            matching = [name for name in tried if takes(pattern, name)]
            meant = {name: names[name] for name in matching}
        if meant:
            yield pattern, meant


def _named(context: Context, name: str, names: _Names) -> _Names:
    """The name, where it is generated, or a name of its own that is nowhere at the root."""
    if name not in names:
        return {}
    hit = names[name]
    if hit is not None:
        return {name: hit}
    if is_common(name) or context.exists(name):
        return {}
    return {name: None}


def _deeper(
    file: IgnoreFile,
    pattern: IgnorePattern,
    brought: Sequence[_Brought],
    meant: _Names,
) -> Misread | None:
    """What is left out once the pattern holds at every depth.

    Other lines may still let some of it in.
    """
    tops = _tops(brought, meant)
    if not tops:
        return None
    ignore = with_text(file, pattern, f"**/{pattern.text}")
    still_sent = ignore.sent(tops)
    left_out = tops.keys() - set(still_sent)
    missing = dict.fromkeys(tops[path] for path in sorted(left_out))
    if not missing:
        return None

    hits = [meant[basename(top)] for top in missing]
    known = [hit for hit in hits if hit is not None]
    is_known = len(known) == len(hits)
    if not is_known and _may_be_wanted(missing, left_out):
        return None

    links = left_out.intersection(_links(brought))
    if links == left_out and links.isdisjoint(missing):
        return None  # somebody put links into a directory of that name, as `src -> ..`

    of_editors = is_known and all(hit.group is EDITORS for hit in known)
    if of_editors and _is_small(brought, left_out):
        return None  # a few settings, which change with the sources if at all

    line = file.written(pattern).of(file.text)
    is_written = is_known and not links
    are_derived = all(hit.pattern in DERIVED for hit in known)
    are_heavy = any(hit.group.heavy for hit in known)
    return Misread(
        pattern,
        text=f"**/{line}",
        tops=tuple(missing),
        files=frozenset(left_out),
        written=is_written,
        derived=is_written and are_derived,
        heavy=are_heavy,
    )


def _may_be_wanted(tops: Collection[str], files: Iterable[str]) -> bool:
    """Whether to say nothing of what no program writes: there are several, or code is in it."""
    if len(tops) > 1:
        return True
    return any(path.endswith(CODE) for path in files)


def _is_small(brought: Sequence[_Brought], paths: Collection[str]) -> bool:
    return sum(file.item.size for file in brought if file.item.path in paths) < _SMALL


def _links(brought: Sequence[_Brought]) -> Iterator[str]:
    """The paths of the symlinks among the files."""
    for file in brought:
        if file.item.kind is FileKind.SYMLINK:
            yield file.item.path


def _tops(brought: Sequence[_Brought], names: Collection[str]) -> Mapping[str, str]:
    """The files below one of `names`, each with the topmost path of that name."""
    tops: dict[str, str] = {}
    for file in brought:
        top = _top(file, names)
        if top is not None:
            tops[file.item.path] = top
    return tops


def _top(file: _Brought, names: Collection[str]) -> str | None:
    """The path down to the first name that is one of `names`."""
    parts = file.item.path.split("/")
    for place in range(file.start, len(parts)):
        if parts[place] not in names:
            continue
        down_to_it = parts[: place + 1]
        return "/".join(down_to_it)
    return None
