"""Lines of an ignore file that do not take what they were written for.

Their name stands at another depth, or the path has another name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from posixpath import basename

from lightship.build import Build
from lightship.context.files import Context, File, FileKind
from lightship.context.ignore import Ignore
from lightship.context.needless import DERIVED, NeedlessFile, secret
from lightship.context.patterns import IgnorePattern
from lightship.context.wildcards import has_wildcards
from lightship.facts.context.ignore_file import (
    IgnoreFile,
    files_at,
    ignore_file,
    is_literal,
    takes,
)
from lightship.facts.context.near_paths import Near, near
from lightship.facts.context.takings import path_of, takings
from lightship.facts.context.usual_names import CODE, generated, is_common, is_usual
from lightship.record import record

_MOST_LINES = 50  # whose names stand deeper down
_MOST_NAMES = 2000  # of those that a pattern with wildcards is held against
_SOURCES = (*CODE, ".yml", ".yaml", ".toml", ".json", ".sh", ".sql")
_WILDCARDS = frozenset("*?[")


@record
class Misread:
    """A pattern, and the words in which it would take what was meant.

    `tops` are the topmost paths that it would take, `files` all that is now sent and would be left
    out (for `!`: the other way round). `written` is whether programs are known to write all of it,
    rather than people; `derived` whether it is all caches, which are made again without anyone
    noticing; `heavy` whether they are many, or change without the program.
    """

    pattern: IgnorePattern
    text: str
    tops: tuple[str, ...]
    files: frozenset[str]
    written: bool = False
    derived: bool = False
    heavy: bool = False


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


def misnamed(build: Build) -> tuple[tuple[Misread, Near], ...]:
    """Paths that do not exist, each a letter or a directory away from one that does."""
    return build.once(_misnamed)


def spoken_of(build: Build) -> frozenset[str]:
    """The files that are sent because of a line that was misread.

    That line is the cause, and is named.
    """
    lines = list(at_root_only(build))
    lines += [line for line, _near in misnamed(build)]

    files: set[str] = set()
    for line in lines:
        if not line.pattern.negated:
            files |= line.files
    return frozenset(files)


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
        if line is not None and not _is_source(context, line):
            lines.append(line)
    return tuple(lines)


def _is_source(context: Context, line: Misread) -> bool:
    """Whether all that it would take are sources that git has: they are meant to be sent."""
    is_ignored = context.git_ignores
    if line.written or is_ignored is None:
        return False
    return not any(
        is_ignored(path) or not path.endswith(_SOURCES) for path in line.files
    )


def _is_name(file: IgnoreFile, pattern: IgnorePattern) -> bool:
    """A pattern that .gitignore would look for in every directory."""
    name = pattern.text
    if pattern.negated or "/" in name:
        return False
    if name.startswith("**"):
        return False
    if not any(map(str.isalpha, name)):
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
    ignore = _with(file, pattern, f"**/{pattern.text}")
    still_sent = set(ignore.sent(tops))
    left_out = sorted(tops.keys() - still_sent)
    missing = dict.fromkeys(tops[path] for path in left_out)
    if not missing:
        return None

    # What no program writes may be wanted: it is named only where there is one, without code
    hits = [meant[basename(top)] for top in missing]
    known = [hit for hit in hits if hit is not None]
    is_known = len(known) == len(hits)
    has_code = any(path.endswith(CODE) for path in left_out)
    is_single = len(missing) == 1
    if not is_known and (has_code or not is_single):
        return None

    links = _links(brought) & set(left_out)
    if len(links) == len(left_out) and links.isdisjoint(missing):
        return None  # somebody put links into a directory of that name, as `src -> ..`

    line = file.written(pattern).of(file.text)
    written = is_known and not links
    are_derived = all(hit.pattern in DERIVED for hit in known)
    are_heavy = any(hit.group.heavy for hit in known)
    return Misread(
        pattern,
        text=f"**/{line}",
        tops=tuple(missing),
        files=frozenset(left_out),
        written=written,
        derived=written and are_derived,
        heavy=are_heavy,
    )


def _links(brought: Sequence[_Brought]) -> set[str]:
    """The symlinks among the files, by path."""
    items = [file.item for file in brought]
    return {item.path for item in items if item.kind is FileKind.SYMLINK}


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


def _with(file: IgnoreFile, pattern: IgnorePattern, text: str) -> Ignore:
    """The ignore file with other words in the place of a pattern."""
    line = f"!{text}" if pattern.negated else text
    [new] = Ignore.of([line]).patterns

    patterns: list[IgnorePattern] = []
    for other in file.ignore.patterns:
        is_changed = other is pattern
        patterns.append(new if is_changed else other)
    return Ignore(tuple(patterns))


def _misnamed(build: Build) -> tuple[tuple[Misread, Near], ...]:
    return tuple(_missing(build))


def _missing(build: Build) -> Iterator[tuple[Misread, Near]]:
    """The patterns that name one path, which is not there, and what they may have meant."""
    file = ignore_file(build)
    context = build.context
    if file is None or context is None:
        return

    sources = _sources(build)
    sent = {item.path for item in context.sent}
    rooted = {line.pattern for line in at_root_only(build)}
    told: set[tuple[str, bool]] = set()
    for pattern in file.plain:
        if pattern in rooted or _is_there(context, pattern):
            continue
        for candidate in near(build, pattern.text, is_usual):
            path = candidate.path
            line = (path, pattern.negated)
            if line in told or _is_named(path, sources):
                continue
            meant = _meant(file, context, pattern, path, sent)
            if meant is not None:
                told.add(line)
                yield meant, candidate
                break


def _sources(build: Build) -> set[str]:
    """The paths of the context that COPY names, or a RUN mounts."""
    sources: set[str] = set()
    for copying in build.copyings():
        sources.update(map(path_of, copying.local))
    for run in build.each("RUN"):
        for mount in build.mounts(run):
            if mount.type == "bind" and not mount.from_:
                sources.add(mount.source.strip("/").removeprefix("./"))
    return sources


def _is_there(context: Context, pattern: IgnorePattern) -> bool:
    """Whether the path exists, or may.

    Nothing is known of what lies in a closed directory, or stands for a wildcard.
    """
    path = pattern.text
    if not is_literal(pattern):
        is_escaped = "\\" in path and _WILDCARDS.isdisjoint(path)
        if not is_escaped:
            return True
    if context.exists(path):
        return True

    above = ""
    for name in path.split("/"):
        above += name
        if context.has_file(above):
            return True
        above += "/"
    return False


def _is_named(path: str, sources: Collection[str]) -> bool:
    """Whether COPY or a mount names the path or something below it: then it is wanted."""
    if path in sources:
        return True
    return any(source.startswith(f"{path}/") for source in sources)


def _meant(
    file: IgnoreFile,
    context: Context,
    pattern: IgnorePattern,
    path: str,
    sent: Collection[str],
) -> Misread | None:
    """The line with another path, where that changes what is sent.

    Of what is a secret another rule speaks.
    """
    items = files_at(context, path)
    paths = [item.path for item in items]
    ignore = _with(file, pattern, path)
    sent_then = set(ignore.sent(paths))

    changed: list[File] = []
    for item in items:
        is_sent = item.path in sent
        is_sent_then = item.path in sent_then
        if is_sent != is_sent_then:
            changed.append(item)
    if not changed:
        return None

    secrets = [secret(context, item) for item in changed]
    if None not in secrets and not pattern.negated:
        return None
    files = frozenset(item.path for item in changed)
    return Misread(pattern, path, (path,), files)
