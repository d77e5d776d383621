"""An ignore file that leaves everything out, and lets in what the Dockerfile takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from posixpath import basename

from lightship.build import Build
from lightship.context.files import Context, File
from lightship.context.needless import NeedlessFile, secret
from lightship.context.wildcards import clean
from lightship.evaluation.paths import and_above
from lightship.facts.context.ignore_edits import IGNORE, as_lines, newline_of
from lightship.facts.context.takings import path_of
from lightship.record import record
from lightship.text import Edit, Span

# A longer list is no easier to keep right than one of what to leave out
_MOST_LINES = 20
_EVERYTHING = frozenset({"", "*", "**"})
_DOCKERFILES = ("Dockerfile*", "*.Dockerfile", "*.dockerfile", "Containerfile*")
_IN_ALL = ("ockerfile", "ontainerfile")  # one of them is in each of these names
_SAFE = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/@+*?"
)


@record
class AllowList:
    """`names` are what it lets in; `edits` write it, above the lines of a file that is there."""

    names: tuple[str, ...]
    edits: tuple[Edit, ...]


def allow_list(build: Build, needless: Mapping[str, NeedlessFile]) -> AllowList | None:
    """The list for a build, whose files in `needless` nothing needs.

    None where it may leave out what some build needs, or where it would be long.
    """
    context = build.context
    if context is None or not context.is_whole:
        return None
    if is_shared(build, context) or _excludes_all(context):
        return None

    sources = _known_sources(build)
    if sources is None:
        return None
    unwanted = _unwanted(context, needless)
    wanted = [file for file in context.sent if file.path not in unwanted]
    names = _names(sources, wanted)
    if not names or len(names) > _MOST_LINES:
        return None

    exceptions = _exceptions(context, names, unwanted)
    lines = (*names, *exceptions)
    if len(lines) > _MOST_LINES:
        return None
    if not all(map(_SAFE.issuperset, lines)):
        return None

    first = ["*"]
    first += [f"!{name}" for name in names]
    edits = _edits(context, first, exceptions)
    return AllowList(names, edits)


def _excludes_all(context: Context) -> bool:
    """Whether the ignore file leaves everything out already."""
    patterns = context.ignore.patterns
    return any(pattern.text in _EVERYTHING for pattern in patterns)


def _known_sources(build: Build) -> list[str] | None:
    """What the Dockerfile takes from the build context; None where not all of it is known."""
    sources: list[str] = []
    for source in sources_of(build):
        if source is None:
            return None
        sources.append(source)
    return sources


def _unwanted(
    context: Context,
    needless: Mapping[str, NeedlessFile],
) -> Mapping[str, str]:
    """The files that no image needs or that hold a secret, with the line that leaves each out."""
    lines: dict[str, str] = {}
    for file in context.sent:
        path = file.path
        hit = needless.get(path)
        if hit is not None:
            lines[path] = hit.pattern
            continue
        line = secret(context, file)
        if line is not None:
            lines[path] = line
    return lines


def _exceptions(
    context: Context,
    names: Sequence[str],
    unwanted: Mapping[str, str],
) -> tuple[str, ...]:
    """The lines that leave out again what `names` would let in."""
    lines: dict[str, None] = {}
    for file in context.sent:
        line = unwanted.get(file.path)
        if line and _is_let_in(file, names):
            lines[line] = None
    return tuple(lines)


def is_shared(build: Build, context: Context) -> bool:
    """Whether another Dockerfile may be built from the same context with the same ignore file."""
    has_own_file = context.ignore_path not in (None, IGNORE)
    if has_own_file:
        return False
    return any(_is_other_dockerfile(build, path) for path in context.paths)


def _is_other_dockerfile(build: Build, path: str) -> bool:
    # A look that costs little, as this is asked of every path
    if not any(word in path for word in _IN_ALL):
        return False
    if path == build.path or path.endswith(IGNORE):
        return False
    name = basename(path)
    return any(fnmatchcase(name, pattern) for pattern in _DOCKERFILES)


def sources_of(build: Build) -> Iterator[str | None]:
    """What the Dockerfile takes from the build context, as paths of it; None where not known."""
    for copying in build.copyings():
        if not copying.from_context:
            continue
        files = [source for source in copying.sources if source.kind == "file"]
        for source in files:
            is_known = source.value is not None
            yield path_of(source) if is_known else None

    for run in build.each("RUN", "ONBUILD"):
        for mount in build.mounts(run):
            if mount.type == "bind" and not mount.from_:
                path = clean(f"/{mount.source}")
                yield path.removeprefix("/")


def _names(sources: Sequence[str], wanted: Sequence[File]) -> tuple[str, ...]:
    """The sources; in place of the whole context, what stands at its top and holds something."""
    names = set(sources)
    if not _EVERYTHING.isdisjoint(names):
        names.update(map(_top, wanted))
    names -= _EVERYTHING
    topmost = [name for name in names if not _is_in(name, names)]
    return tuple(sorted(topmost))


def _top(file: File) -> str:
    """The file or directory at the top of the context."""
    top, _slash, _rest = file.path.partition("/")
    return top


def _is_in(name: str, names: set[str]) -> bool:
    """Whether one of the names stands for a directory above."""
    return any(name.startswith(f"{other}/") for other in names)


def _is_let_in(file: File, names: Sequence[str]) -> bool:
    for place in and_above(f"/{file.path}"):
        path = place.removeprefix("/")
        if any(fnmatchcase(path, name) for name in names):
            return True
    return False


def _edits(
    context: Context,
    first: Sequence[str],
    last: Sequence[str],
) -> tuple[Edit, ...]:
    """`first` at the start of the ignore file, `last` at its end."""
    path = context.ignore_path
    if path is None:
        new = as_lines((*first, *last), "\n")
        return (_insert(0, new, IGNORE),)

    old = context.read(path) or ""
    newline = newline_of(old)
    start = 1 if old.startswith("\ufeff") else 0
    opening = as_lines(first, newline)
    edits = [_insert(start, opening, path)]

    if last:
        closing = as_lines(last, newline)
        ends_in_line = old.endswith("\n")
        if old[start:] and not ends_in_line:
            closing = newline + closing
        edit = _insert(len(old), closing, path)
        edits.append(edit)
    return tuple(edits)


def _insert(place: int, text: str, path: str) -> Edit:
    return Edit(Span(place, place), text, path)
